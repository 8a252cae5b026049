"""What moved elsewhere since the last report: tokens beyond what weeks bring, best open models beyond intervals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from typing import Any

from tracker.findings.chance import Z
from tracker.findings.monthly import the
from tracker.findings.sentence import Sentence, strong

Row = Mapping[str, Any]
WEEK = timedelta(days=7)
USUAL, FEWEST = 12, 6  # weeks whose changes say what is usual, and how few of them still do
LEAST = 0.01  # of the attributed tokens: less is no news, however quiet weeks are
BOARDS = {("arena", "text"): "Arena", ("epoch_eci", "index"): "the Epoch Capabilities Index"}


def of_tokens(
    rows: Sequence[Row], monday: date, names: Mapping[str, str], written: Callable[[date], str]
) -> Iterator[Sentence]:
    """Yield whose share moved most, of rows of `tokens_by_origin`, where a week brought more than weeks usually do.

    Shares are of the attributed tokens. `monday` is that of the report: its news is the whole week before, if it has
    all its days; what is older stood in an earlier report. `written` writes a day.
    """
    shares: dict[tuple[str, str], dict[date, float]] = {}
    for row in rows:
        if row["share_attributed"] is not None and row["days"] == WEEK.days:
            shares.setdefault((row["origin_country"], row["openness"]), {})[row["week"]] = row["share_attributed"]
    last = max((week for weeks in shares.values() for week in weeks), default=None)
    if last is None or last < monday - WEEK:
        return
    moved = {key: change for key, weeks in shares.items() if (change := _moved(weeks, last)) is not None}
    if not moved:
        return
    country, openness = max(moved, key=lambda key: (abs(moved[key]), key))
    share, change = shares[country, openness][last], moved[country, openness]
    whose = f"{openness.capitalize()} models from {strong(the(names.get(country, country)))}"
    by = f"{abs(100 * change):.1f} points {'more' if change > 0 else 'less'}"
    text = (
        f"{whose} had {strong(f'{share:.1%}')} of OpenRouter's attributed tokens in the week of {written(last)}, {by} "
        "than in the week before: beyond what weeks usually bring."
    )
    yield Sentence("tokens moved", text, share, "tokens", "tokens")


def _moved(weeks: Mapping[date, float], last: date) -> float | None:
    """Return by how much a share moved in a week; None where that is usual, or nobody knows what is."""
    if last not in weeks or last - WEEK not in weeks:
        return None
    change = weeks[last] - weeks[last - WEEK]
    before = [last - at * WEEK for at in range(1, USUAL + 1)]
    usual = [weeks[week] - weeks[week - WEEK] for week in before if week in weeks and week - WEEK in weeks]
    if len(usual) < FEWEST:
        return None
    return change if abs(change) > max(LEAST, Z * sqrt(sum(each**2 for each in usual) / len(usual))) else None


def of_ratings(
    rows: Sequence[Row], monday: date, until: date, names: Mapping[str, str], sources: Collection[str]
) -> Iterator[Sentence]:
    """Yield the new leader, or else whose best open model is beyond the one before, of rows of `best_open`.

    Boards of the week up to `until` are compared with the last one before `monday`, each within its own board.
    """
    for (source, board), name in BOARDS.items():
        mine = [row for row in rows if (row["source"], row["board"]) == (source, board) and row["day"] <= until]
        now, before = _newest(mine), _newest([row for row in mine if row["day"] < monday])
        if source in sources and now and before and now[0]["day"] >= monday:
            yield from _leads(now, before, name, names) or _beyond(now, before, name, names)


def _newest(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the newest day, the best first."""
    last = max((row["day"] for row in rows), default=None)
    return sorted((row for row in rows if row["day"] == last), key=lambda row: (-row["rating"], row["origin_country"]))


def _is_clear(row: Row) -> bool:
    return row["gap_low"] is not None and row["gap_low"] > 0


def _leads(now: Sequence[Row], before: Sequence[Row], board: str, names: Mapping[str, str]) -> list[Sentence]:
    first, former = now[0], before[0]
    if not _is_clear(first) or (_is_clear(former) and former["origin_country"] == first["origin_country"]):
        return []
    country, rival = (the(names.get(first[each], first[each])) for each in ("origin_country", "rival_country"))
    text = (
        f"On {board} the best open model is now from {strong(country)}: {first['model']} with {_rated(first)} points, "
        f"{first['gap']:.0f} over that of {rival} ({first['gap_low']:.0f} to {first['gap_high']:.0f})."
    )
    return [Sentence("best open", text, first["rating"], "rating", "best")]


def _beyond(now: Sequence[Row], before: Sequence[Row], board: str, names: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield origins whose best open model is another one, and whose interval is above that of the one before."""
    former = {row["origin_country"]: row for row in before}
    for row in now:
        old = former.get(row["origin_country"])
        if not old or old["model"] == row["model"] or row["rating_low"] is None or old["rating_high"] is None:
            continue
        if row["rating_low"] > old["rating_high"]:
            country = strong(the(names.get(row["origin_country"], row["origin_country"])))
            is_now = f"The best open model from {country} on {board} is now {row['model']} with {_rated(row)} points"
            text = f"{is_now}; before it {old['model']} had {_rated(old)}."
            yield Sentence("best open", text, row["rating"], "rating", "best")


def _rated(row: Row) -> str:
    rating, low, high = (f"{row[name]:,.0f}" for name in ("rating", "rating_low", "rating_high"))
    return f"{strong(rating)} ({low} to {high})"
