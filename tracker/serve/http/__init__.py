"""Questions over HTTP: read-only JSON, CSV and Arrow, described by an OpenAPI document; and the site beside them.

    GET /api/share?by=family ──hosts──► routes ──read──► Question ──Desk──► Rows ──forms──► bytes ──reply──► 200 or 304

`hosts` says who may ask from where, `forms` makes bytes of rows, `reply` tells caches what stays the same, `problems`
says what is wrong, `described` what there is. Nothing here writes anything.

May import: api, errors, serve, serve.asked, settings.
"""
