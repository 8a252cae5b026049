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
NAME = "[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?"
LONGEST_NAME = 255  # checked separately; inside the pattern it doubles the time of the whole check

# value as text -> the column that it becomes
COUNTS = {
    "r.downloads": "downloads_30d",
    'r."downloadsAllTime"': "downloads_all_time",
    "r.likes": "likes",
    "r.safetensors.total": "parameters",
}
MOMENTS = {'r."createdAt"': "created_at", 'r."lastModified"': "last_modified"}


def identity(snapshot_date: date) -> str:
    """Return an expression over a record and its typed columns: the `_id` of a canonical record, null for any other."""
    claims = [
        f"regexp_full_match(r._id, '{HUB_ID}')",
        _name("r.id"),
        "not starts_with(r.id, './') and not ends_with(r.id, '/.')",
        "r.id not in ('.', 'true', 'false')",  # as text, the name true and the value true are one
        *(_count(text, column) for text, column in COUNTS.items()),
        *(_moment(text, column, snapshot_date) for text, column in MOMENTS.items()),
        'coalesce(isfinite(trending_score), r."trendingScore" is null)',
        *(f"coalesce(r.{name} in ('true', 'false'), true)" for name in ("private", "disabled")),
        *(_text(name) for name in ("pipeline_tag", "library_name", "gated", "sha", '"baseModels".relation')),
        "coalesce(list_count(r.tags) = len(r.tags), true)",
        f"""coalesce(len(list_filter(r."baseModels".models, lambda m: not coalesce(
              {_name("m.id")} and regexp_full_match(m._id, '{HUB_ID}'), false))) = 0, true)""",
    ]
    return f"case when {' and '.join(claims)} then r._id end"


def _name(text: str) -> str:
    return f"regexp_full_match({text}, '{NAME}') and strlen({text}) <= {LONGEST_NAME} and not contains({text}, '..')"


def _count(text: str, column: str) -> str:
    return f"coalesce({column} between 0 and {MAX_COUNT} and {column}::varchar = {text}, {text} is null)"


def _moment(text: str, column: str, snapshot_date: date) -> str:
    """Return: null, or `2026-11-22T10:17:00.000Z` between the bounds."""
    latest = snapshot_date + timedelta(days=DAYS_AHEAD)
    bounds = f"between timestamptz '{EARLIEST} 00:00:00+00' and timestamptz '{latest} 00:00:00+00'"
    return f"coalesce({text} like '____-__-__T__:__:__.___Z' and coalesce({column} {bounds}, false), true)"


def _text(name: str) -> str:
    return f"coalesce(not starts_with(r.{name}, '{{') and not starts_with(r.{name}, '['), true)"
