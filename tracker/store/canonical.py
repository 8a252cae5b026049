"""When may a record be believed as it stands? The rule in SQL, for the bulk of them.

Every value is read as text, and a record is canonical where each text is written exactly as the Hub
writes it. That is stricter than what can be used: a record that is not canonical is not lost, it is
looked at alone by `records.py`, whose rules are the ones that count. So the two cannot disagree: here
is either the plain case, or nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

MAX_COUNT = 2**53  # beyond it JSON numbers are not exact, and no counter of the Hub is near it
EARLIEST = date(2016, 1, 1)  # before there was a Hub; its own floor is 2022-03-02
DAYS_AHEAD = 2  # a walk may run past midnight, and clocks differ; anything later is not a date of this world

RECORD = (
    'struct(_id varchar, id varchar, "createdAt" varchar, "lastModified" varchar, downloads varchar, '
    '"downloadsAllTime" varchar, likes varchar, "trendingScore" varchar, pipeline_tag varchar, '
    "library_name varchar, gated varchar, private varchar, disabled varchar, sha varchar, tags varchar[], "
    "safetensors struct(total varchar), "
    '"baseModels" struct(relation varchar, models struct(_id varchar, id varchar)[]))'
)

HUB_ID = "[0-9a-f]{24}"
NAME = "[A-Za-z0-9_.-]{1,255}(/[A-Za-z0-9_.-]{1,255})?"


def identity(snapshot_date: date) -> str:
    """Return an expression: the `_id` of a canonical record, null for any other."""
    claims = [
        f"regexp_full_match(r._id, '{HUB_ID}')",
        f"regexp_full_match(r.id, '{NAME}')",
        "not contains(r.id, '..') and not starts_with(r.id, './') and not ends_with(r.id, '/.')",
        "r.id not in ('.', 'true', 'false')",  # as text, the name true and the value true are one
        *(_count(name) for name in ("downloads", '"downloadsAllTime"', "likes", "safetensors.total")),
        *(_moment(name, snapshot_date) for name in ('"createdAt"', '"lastModified"')),
        'coalesce(isfinite(try_cast(r."trendingScore" as double)), r."trendingScore" is null)',
        *(f"coalesce(r.{name} in ('true', 'false'), true)" for name in ("private", "disabled")),
        *(_text(name) for name in ("pipeline_tag", "library_name", "gated", "sha", '"baseModels".relation')),
        "coalesce(list_count(r.tags) = len(r.tags), true)",
        f"""coalesce(len(list_filter(r."baseModels".models, lambda m: not coalesce(
              regexp_full_match(m.id, '{NAME}') and not contains(m.id, '..')
              and regexp_full_match(m._id, '{HUB_ID}'), false))) = 0, true)""",
    ]
    return f"case when {' and '.join(claims)} then r._id end"


def _count(name: str) -> str:
    number = f"try_cast(r.{name} as bigint)"
    return f"coalesce({number} between 0 and {MAX_COUNT} and {number}::varchar = r.{name}, r.{name} is null)"


def _moment(name: str, snapshot_date: date) -> str:
    """Return: null, or `2026-11-22T10:17:00.000Z` between the bounds."""
    latest = snapshot_date + timedelta(days=DAYS_AHEAD)
    bounds = f"between timestamptz '{EARLIEST} 00:00:00+00' and timestamptz '{latest} 00:00:00+00'"
    return (
        f"coalesce(strlen(r.{name}) = 24 and r.{name}[11] = 'T' and r.{name}[24] = 'Z' "
        f"and coalesce(try_cast(r.{name} as timestamptz) {bounds}, false), true)"
    )


def _text(name: str) -> str:
    return f"coalesce(r.{name}[1] not in ('{{', '['), true)"
