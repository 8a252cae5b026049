"""The sentence of each question's answer for quoting, and the reasons not to quote it.

A month is quoted if it is over and enough models were counted; a leader if its bounds clear those of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracker.findings.chance import MUCH_HIDDEN, THIN, WHOLE_DAYS
from tracker.findings.crossings import statement
from tracker.terminal import clean
from tracker.words import CANNOT

if TYPE_CHECKING:
    from tracker.answers.answer import Answer

QUOTED = 3  # rows at most
FULL = "full"
UNNAMED = ("unknown", "unreviewed")

_OF_THE_COPY = ("scope", "registry_version")  # parameters of every answer

Row = Mapping[str, Any]
Quote = tuple[str, list[str]]  # the sentences, and the reasons not to quote them


def quote(answer: Answer) -> Quote:
    """Return the sentence of an answer with rows, and the reasons not to quote it."""
    if "then" in answer.parameters:
        return "", ["it holds what was said on two days; ask for one of them with --as-of"]
    return _QUOTES.get(answer.measure, _measure)(answer)


def _of(answer: Answer) -> str:
    """Return the end of a list of values: the unit, and what it is of unless that is everything."""
    return f"{answer.parameters['unit']}{f', of {answer.denominator}' if answer.denominator else ''}"


def _partial(answer: Answer) -> list[str]:
    """Return why an answer about a part of the Hub should not be quoted, and that part."""
    scope = answer.parameters["scope"]
    if scope == FULL:
        return []
    counted = f", and it counts {answer.denominator}" if answer.denominator else ""
    return [f"the nights cover {scope}, not the whole Hub{counted}"]


def _share(answer: Answer) -> Quote:
    if "compare" in answer.parameters:
        return "", ["it holds shares under several definitions; ask one of them with --definition"]
    over = [month for month in {row["month"] for row in answer.plain_rows} if _is_over(month, answer)]
    if not over:
        return "", [f"{answer.plain_rows[-1]['month']} is not over"]
    month = max(over)
    rows = [row for row in answer.plain_rows if row["month"] == month and row["share"] is not None]
    by = answer.parameters["by"].split(",")
    chosen = [row for row in rows if answer.parameters.get("only") or not _is_nameless(row, by)]
    chosen = sorted(chosen, key=lambda row: -row["share"])[: QUOTED if answer.parameters.get("only") else 1]
    if not chosen:
        return "", [f"nothing of {month} has a share of a named group"]
    shares = ", ".join(f"{_name(row, by)} {_bounded(row)}" for row in chosen)
    counted = _counted(chosen[0])
    grouped = " and ".join(column.replace("_", " ") for column in by)
    said = f"In {month} the share by {grouped} was: {shares}, of {answer.denominator}{counted}"
    return said, [*_partial(answer), *_thin(chosen[0], month), *_crossing(answer, chosen, rows, by)]


def _name(row: Row, by: Sequence[str]) -> str:
    return " / ".join(clean(str(row[column])) for column in by)


def _is_nameless(row: Row, by: Sequence[str]) -> bool:
    return any(row[column] in UNNAMED for column in by)


def _is_over(month: str, answer: Answer) -> bool:
    return month < f"{answer.snapshot_date:%Y-%m}" or answer.parameters.get("time_axis") == "stock"


def _bounded(row: Row) -> str:
    if row["low"] is None:
        return f"{row['share']:.1%} (bounds not known)"
    return f"{row['share']:.1%} (bounds {row['low']:.1%} to {row['high']:.1%})"


def _counted(row: Row) -> str:
    return f", n = {row['n']:,}" if row.get("n") is not None else ""


def _thin(row: Row, month: str) -> Iterator[str]:
    if row.get("n") is not None and row["n"] < THIN:
        models = "1 model" if row["n"] == 1 else f"{row['n']:,} models"
        yield f"{month} counts {models}, and fewer than {THIN} say little"


def _crossing(answer: Answer, chosen: Sequence[Row], rows: Sequence[Row], by: Sequence[str]) -> Iterator[str]:
    """Yield the first group whose bounds cross those of the first that is quoted."""
    first = chosen[0]
    if answer.parameters.get("rows") == 1 and not answer.parameters.get("only"):
        yield "it shows one group alone, so whether the bounds of the next one cross is not known; ask for more rows"
    others = [row for row in rows if row is not first and not _is_nameless(row, by) and row["high"] is not None]
    crossing = [row for row in others if first["low"] is not None and row["high"] > first["low"]]
    yield from (f"the bounds of {_name(first, by)} and {_name(row, by)} cross" for row in crossing[:1])


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else clean(str(value))


def _trend(answer: Answer) -> Quote:
    """Return the values of the newest night, day or month that is over."""
    period = next(name for name in answer.table.columns if name in _PERIODS)
    by_month = period == "month"
    over = [row for row in answer.plain_rows if not by_month or _is_over(row[period][: len("2026-10")], answer)]
    if not over:
        return "", [f"{answer.plain_rows[-1][period][: len('2026-10')]} is not over"]
    newest = max(row[period] for row in over)
    group = [name for name in over[0] if name not in _SAID_OF_A_VALUE]
    rows = _named([row for row in over if row[period] == newest], group, answer)[:QUOTED]
    values = ", ".join(f"{_name(row, group)} {_value(row['value'])}{_since_release(row)}" for row in rows)
    reasons = [
        f"the value of {_name(row, group)} is flagged {row['flag']}"
        for row in rows
        if row.get("flag") not in (None, "ok", "spread", "gap", "new")
    ]
    when = (_in_month if by_month else _on)(newest, max((row.get("days") or 0 for row in rows), default=0))
    return f"{when}: {values} ({_of(answer)})", [*_partial(answer), *reasons]


_PERIODS = ("month", "day", "snapshot_date")
_SAID_OF_A_VALUE = (
    *_PERIODS, "days_since_release", "released_on", "source", "days", "value", "flag", "left_out", "spread",
)  # fmt: skip


def _named(rows: Sequence[Row], group: Sequence[str], answer: Answer) -> Sequence[Row]:
    """Return the rows that were asked for, else the rows of groups that have a name, if any."""
    if answer.parameters.get("only"):
        return rows
    return [row for row in rows if not _is_nameless(row, group)] or rows


def _on(night: str, days: int) -> str:
    """Return the start of a sentence about a night; its count may cover several days."""
    return f"On {night}" if days < 2 else f"In up to {days} days to {night}"


def _in_month(month: str, days: int) -> str:
    """Return the start of a sentence about a month, with the number of its days that have values if known."""
    name = month[: len("2026-10")]
    return f"In {days} days of {name}" if days else f"In {name}"


def _since_release(row: Row) -> str:
    if "days_since_release" not in row:
        return ""
    return f", {row['days_since_release']:,} days after its release on {row['released_on']}"


def _tokens(answer: Answer) -> Quote:
    """Return the largest groups of the newest complete period, with their bounds and the hidden part."""
    every, column = answer.parameters["every"], answer.parameters["of"]
    over = [row for row in answer.plain_rows if row["days"] >= WHOLE_DAYS.get(every, 1)]
    if not over:
        return "", [f"no {every} has all its days here"]
    newest = max(row["period"] for row in over)
    rows = [row for row in over if row["period"] == newest and row[column] != "unattributed"][:QUOTED]
    if not rows:
        return "", [f"nothing of {newest} is attributed"]
    shares = ", ".join(f"{_name(row, [column])} {_bounded(row)}" for row in rows)
    hidden = rows[0]["share_hidden"] or 0
    may_be = f"; {hidden:.1%} of these are of models that hide who made them" if hidden > MUCH_HIDDEN else ""
    when = {"week": "In the week of", "month": "In the month from", "window": "In the days from"}.get(every, "On")
    return f"{when} {newest}: {shares}, of all tokens that OpenRouter counts{may_be}", []


def _family_signals(answer: Answer) -> Quote:
    """Return the newest complete value of each signal with its denominator, side by side."""
    newest: dict[tuple[str, str], Row] = {}
    for row in answer.plain_rows:  # by period; of the Arena only the first board
        key = (row["signal"], row["source"])
        if row["value"] is not None and not _is_running(row) and row["board"] in (None, "index", "text"):
            newest[key] = row
    told = [f"{signal.replace('_', ' ')} {_signal(row)}" for (signal, _), row in newest.items()]
    if not told:
        return "", ["no signal of it has a value"]
    said = f"Signals of {clean(answer.parameters['family'])}, side by side and never added up: {'; '.join(told)}"
    return said, _partial(answer)


def _is_running(row: Row) -> bool:
    return row["unit"] == "share" and (row["note"] or "").endswith(("is not over", "of 7 days"))


def _signal(row: Row) -> str:
    if row["unit"] == "share":
        value, of = f"{row['value']:.1%}", f" of {row['denominator']}"
    else:
        value, of = f"{_value(row['value'])} points", f" on {row['source']}, {row['board']}"
    named = f", {clean(row['name'])}" if row["name"] else ""
    return f"{value}{of} ({row['period']}{named})"


def _top(answer: Answer) -> Quote:
    """Return the largest groups; call them largest only if the next one and the unnamed part are both smaller."""
    every = answer.plain_rows
    group = list(every[0])[1 : list(every[0]).index("value")]
    ranked = _named(every, group, answer)
    rows = ranked[:QUOTED]
    values = ", ".join(f"{_name(row, group)} {_value(row['value'])}" for row in rows)
    loose = sum(row["value"] for row in every if _is_nameless(row, group))
    below = [row["value"] for row in [*ranked[1 : QUOTED + 1], *([] if every[-1] is rows[-1] else every[-1:])]]
    clear = len(below) >= len(rows) and all(
        row["value"] > after + loose for row, after in zip(rows, below, strict=False)
    )
    largest = " the largest were" if clear and not answer.parameters.get("only") else ":"
    return f"On {answer.snapshot_date}{largest} {values} ({_of(answer)})", _partial(answer)


def _diff(answer: Answer) -> Quote:
    changes = {row["change"]: row["changes"] for row in answer.plain_rows}
    families = changes.pop("family moved", 0)
    counted = ", ".join(f"{number:,} {change}" for change, number in changes.items())
    first, until = (answer.parameters[name] for name in ("from", "to"))
    moved = f"; {families:,} families moved" if families else ""
    return f"Between {first} and {until} of the models {counted or 'none changed'}{moved}", _partial(answer)


def _crossings(answer: Answer) -> Quote:
    said = clean(statement(answer.plain_rows))
    reasons = [] if said else ["bounds and chance allow to state no lead and no crossing"]
    return f"{said} ({_of(answer)})", [*_partial(answer), *reasons]


def _measure(answer: Answer) -> Quote:
    rows, reasons = _firm(answer.plain_rows)
    told = [
        ", ".join(f"{name} {_value(value)}" for name, value in row.items() if value is not None)
        for row in rows[:QUOTED]
    ]
    if not any(told):
        return "", ["it has no value"]
    given = ", ".join(
        f"{name}={_given(value)}" for name, value in answer.parameters.items() if name not in _OF_THE_COPY
    )
    of = f" (of {answer.denominator})" if answer.denominator else ""
    of += f" with {clean(given)}" if given else ""
    more = f"; and {len(rows) - QUOTED:,} more rows" if len(rows) > QUOTED else ""
    return f"{answer.notes[0] if answer.notes else answer.measure}{of}: {'; '.join(told)}{more}", [
        *_partial(answer),
        *reasons,
        *_too_little(rows[:QUOTED], answer),
    ]


def _given(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _too_little(rows: Sequence[Row], answer: Answer) -> Iterator[str]:
    """Yield why rows of any measure say little: the month is not over, or few models were counted in it."""
    for row in rows:
        month = str(row.get("month") or "")[: len("2026-10")]
        if month and not _is_over(month, answer):
            yield f"{month} is not over"
        elif row.get("n") is not None and row.get("flag") is None:
            yield from _thin(row, month or "it")


def _firm(rows: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], list[str]]:
    """Return the rows to quote (flag ok, the last month), or why none may be quoted."""
    if not rows or "flag" not in rows[0]:
        return rows, []
    firm = [row for row in rows if row["flag"] == "ok"]
    if not firm:
        flags = sorted({clean(str(row["flag"])) for row in rows})
        return rows, [f"none of its rows is ok, they are {' or '.join(flags)}"]
    last = max(row["month"] for row in firm) if "month" in firm[0] else None
    return [row for row in firm if row.get("month") == last], []


def _claims(answer: Answer) -> Quote:
    if answer.table.height == 1:
        row = answer.plain_rows[0]
        if row["ours"] is None:
            return "", [f"{row['id']} has no figure of ours: it {clean(row['why'])}"]
        return f'{row["id"]}, "{clean(row["statement"])}": ours is {clean(row["ours"])}, {clean(row["why"])}', []
    counts = Counter(answer.table["verdict"])
    said = ", ".join(
        f"{counts[verdict]} {'cannot be computed' if verdict == CANNOT else verdict}"
        for verdict in sorted(counts, key=lambda each: (-counts[each], each))
    )
    return f"Of {answer.table.height} published figures our data says: {said}", []


def _lineage(answer: Answer) -> Quote:
    model, rows = clean(answer.parameters["model"]), answer.plain_rows
    also = "".join(f"; {clean(note)}" for note in answer.notes)
    reading = _reading(answer)
    if answer.parameters["down"]:
        gone = sum(row["removed_at"] is not None for row in rows)
        models = "1 model is" if len(rows) == 1 else f"{len(rows):,} models are"
        since = f", {gone:,} of them gone from the Hub since" if gone else ""
        return f"{models} built on {model}{reading}, directly or through others{since}{also}", _partial(answer)
    outside = [f"the root {clean(row['root_id'])} is not covered" for row in rows if row["status"] == "outside"]
    roots = [
        f"{clean(row['root_id'])} ({row['weight']:.1%}; family {clean(row['family'])}, origin {row['origin_country']})"
        for row in rows[:QUOTED]
    ]
    more = f" and {len(rows) - QUOTED:,} more" if len(rows) > QUOTED else ""
    return f"The roots of {model}{reading}: {', '.join(roots)}{more}; {clean(rows[0]['why'])}{also}", outside


def _reading(answer: Answer) -> str:
    variant = answer.parameters["variant"]
    return "" if variant == "default" else f" (in the reading {variant})"


def _publisher(answer: Answer) -> Quote:
    total, name = answer.plain_rows[0], clean(answer.parameters["publisher"])
    said = (
        f"{total['derivatives']:,} models are built on models of {name}{_reading(answer)}, {total['direct']:,} directly"
    )
    most = [each for kind in ("by publisher", "by country") if (each := _most(answer, kind))]
    by = f"; most by {' and '.join(most)}" if most else ""
    return f"{said}{by}", _partial(answer)


def _most(answer: Answer, kind: str) -> str:
    """Return the group with most of a kind and its number; nothing if two are equal or it has no name."""
    rows = [row for row in answer.plain_rows if row["kind"] == kind]
    if not rows or rows[0]["name"] in ("", *UNNAMED):
        return ""
    next_one = rows[1]["derivatives"] if len(rows) > 1 else 0 if rows[0]["of_kind"] == 1 else rows[0]["derivatives"]
    loose = sum(row["derivatives"] for row in rows if row["name"] in UNNAMED)
    is_alone = rows[0]["derivatives"] > next_one + (loose if kind == "by country" else 0)
    return f"{clean(str(rows[0]['name']))} ({rows[0]['derivatives']:,})" if is_alone else ""


_QUOTES: Mapping[str, Callable[[Answer], Quote]] = {
    "share": _share,
    "trend": _trend,
    "tokens": _tokens,
    "family_signals": _family_signals,
    "top": _top,
    "diff": _diff,
    "crossings": _crossings,
    "claims": _claims,
    "lineage": _lineage,
    "publisher": _publisher,
}
