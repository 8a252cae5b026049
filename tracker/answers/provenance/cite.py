"""One or two sentences of an answer that are ready for print; where a figure should not be quoted, why not.

A month is quoted when it is over and enough models were counted; a leader when its bounds clear those of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tracker.answers.provenance.about import SYNTHETIC
from tracker.findings.chance import THIN
from tracker.findings.crossings import statement
from tracker.terminal import clean

if TYPE_CHECKING:
    from tracker.answers.answer import Answer
    from tracker.store import SnapshotFacts

QUOTED = 3  # rows at most
FULL = "full"
UNNAMED = ("unknown", "unreviewed")

Row = Mapping[str, Any]


def cite(answer: Answer) -> str:
    """Return the sentences to quote of an answer."""
    if not answer.table.rows:
        return _refused(answer.facts, ["it has no rows"], answer.id)
    said, reasons = _QUOTES.get(answer.measure, _measure)(answer)
    reasons = [*_of_the_copy(answer.facts), *reasons]
    if reasons:
        return _refused(answer.facts, reasons, answer.id)
    facts = replace(answer.facts, scope=answer.parameters["scope"])  # of the nights that were read
    return f"{said}{_rule(answer)}. {source(facts, answer.about['sources'], answer.id)}\n"


def source(facts: SnapshotFacts, sources: Sequence[Mapping[str, Any]], id: str) -> str:
    """Return the sentence that says where a figure is from, under which licence, and how it is found again."""
    named = "; ".join(f"{each['attribution'] or each['name']} (licence: {each['licence'] or '?'})" for each in sources)
    return (
        f"Source: {named}; snapshot of {facts.snapshot_date}, scope {facts.scope}, registry {facts.registry_version},"
        f" id {id}."
    )


def _refused(facts: SnapshotFacts, reasons: Sequence[str], id: str) -> str:
    return f"Not to be quoted: {'; '.join(reasons)} (snapshot of {facts.snapshot_date}, id {id}).\n"


def _of_the_copy(facts: SnapshotFacts) -> Iterator[str]:
    if facts.synthetic:
        yield f"{SYNTHETIC}, which says nothing about the real Hub"


def _rule(answer: Answer) -> str:
    """Return definition and coverage, as they end a sentence."""
    version = answer.parameters.get("version")
    by = f" (definition {answer.definition}" + (f", version {version}" if version else "") if answer.definition else ""
    covered = [f"{value:.1%} {name}" for name, value in answer.coverage.items() if value is not None]
    return f"{by}{''.join(f'; {each}' for each in covered)})" if by else ""


def _partial(answer: Answer) -> list[str]:
    """Return why an answer about a part of the Hub should not be quoted, and what it is about."""
    scope = answer.parameters["scope"]
    if scope == FULL:
        return []
    counted = f", and it counts {answer.denominator}" if answer.denominator else ""
    return [f"the nights cover {scope}, not the whole Hub{counted}"]


def _share(answer: Answer) -> tuple[str, list[str]]:
    if "compare" in answer.parameters:
        return "", ["it holds shares under several definitions; ask one of them with --definition"]
    over = [row for row in answer.plain_rows if _is_over(row["month"], answer)]
    if not over:
        return "", [f"{answer.plain_rows[-1]['month']} is not over"]
    month = max(row["month"] for row in over)
    rows = [row for row in over if row["month"] == month and row["share"] is not None]
    by = answer.parameters["by"].split(",")
    chosen = [row for row in rows if answer.parameters.get("only") or not _is_nameless(row, by)]
    chosen = sorted(chosen, key=lambda row: -row["share"])[: QUOTED if answer.parameters.get("only") else 1]
    if not chosen:
        return "", [f"nothing of {month} has a share of a named group"]
    shares = ", ".join(f"{_name(row, by)} {_bounded(row)}" for row in chosen)
    counted = _counted(chosen[0])
    grouped = " and ".join(column.replace("_", " ") for column in by)
    said = f"In {month} the share by {grouped} was: {shares}, of {answer.denominator}{counted}"
    return said, [*_partial(answer), *_thin(chosen[0], month), *_crossing(chosen, rows, by)]


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
        yield f"{month} counts {row['n']:,} models, and fewer than {THIN} say little"


def _crossing(chosen: Sequence[Row], rows: Sequence[Row], by: Sequence[str]) -> Iterator[str]:
    """Yield the first group whose bounds cross those of the first that is quoted."""
    first = chosen[0]
    others = [row for row in rows if row is not first and not _is_nameless(row, by) and row["high"] is not None]
    crossing = [row for row in others if first["low"] is not None and row["high"] > first["low"]]
    yield from (f"the bounds of {_name(first, by)} and {_name(row, by)} cross" for row in crossing[:1])


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else clean(str(value))


def _trend(answer: Answer) -> tuple[str, list[str]]:
    period = next(iter(answer.plain_rows[-1]))
    night = answer.plain_rows[-1][period]
    rows = [row for row in answer.plain_rows if row[period] == night][:QUOTED]
    group = [name for name in rows[0] if name not in (period, "days", "value", "flag", "left_out", "spread")]
    values = ", ".join(f"{_name(row, group)} {_value(row['value'])}" for row in rows)
    reasons = [
        f"the value of {_name(row, group)} is flagged {row['flag']}"
        for row in rows
        if row.get("flag") not in (None, "ok", "spread", "gap", "new")
    ]
    return f"On {night}: {values} ({answer.parameters['unit']})", [*_partial(answer), *reasons]


def _top(answer: Answer) -> tuple[str, list[str]]:
    rows = answer.plain_rows[:QUOTED]
    group = list(rows[0])[1 : list(rows[0]).index("value")]
    values = ", ".join(f"{row['rank']}. {_name(row, group)} {_value(row['value'])}" for row in rows)
    return f"On {answer.snapshot_date} the largest were {values} ({answer.parameters['unit']})", _partial(answer)


def _diff(answer: Answer) -> tuple[str, list[str]]:
    changes = {row["change"]: row["changes"] for row in answer.plain_rows}
    families = changes.pop("family moved", 0)
    counted = ", ".join(f"{number:,} {change}" for change, number in changes.items())
    first, until = (answer.parameters[name] for name in ("from", "to"))
    moved = f"; {families:,} families moved" if families else ""
    return f"Between {first} and {until} of the models {counted or 'none changed'}{moved}", _partial(answer)


def _crossings(answer: Answer) -> tuple[str, list[str]]:
    said = clean(statement(answer.plain_rows))
    reasons = [] if said else ["bounds and chance allow to state no lead and no crossing"]
    counted = f" ({answer.parameters['unit']}{f', of {answer.denominator}' if answer.denominator else ''})"
    return f"{said}{counted}", [*_partial(answer), *reasons]


def _measure(answer: Answer) -> tuple[str, list[str]]:
    rows, reasons = _firm(answer.plain_rows)
    quoted = [", ".join(f"{name} {_value(value)}" for name, value in row.items()) for row in rows[:QUOTED]]
    of = f" (of {answer.denominator})" if answer.denominator else ""
    return f"{answer.notes[0] if answer.notes else answer.measure}{of}: {'; '.join(quoted)}", [
        *_partial(answer),
        *reasons,
    ]


def _firm(rows: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], list[str]]:
    """Return the rows to be quoted: of those with a flag such as are ok, of months the last; else why none may be."""
    if not rows or "flag" not in rows[0]:
        return rows, []
    firm = [row for row in rows if row["flag"] == "ok"]
    if not firm:
        flags = sorted({clean(str(row["flag"])) for row in rows})
        return rows, [f"none of its rows is ok, they are {' or '.join(flags)}"]
    last = max(row["month"] for row in firm) if "month" in firm[0] else None
    return [row for row in firm if row.get("month") == last], []


def _claims(answer: Answer) -> tuple[str, list[str]]:
    if answer.table.height == 1:
        row = answer.plain_rows[0]
        if row["ours"] is None:
            return "", [f"{row['id']} has no figure of ours: it {clean(row['why'])}"]
        return f'{row["id"]}, "{clean(row["statement"])}": ours is {clean(row["ours"])}, {clean(row["why"])}', []
    counts = Counter(answer.table["verdict"])
    said = ", ".join(
        f"{counts[verdict]} {verdict}" for verdict in sorted(counts, key=lambda each: (-counts[each], each))
    )
    return f"Of {answer.table.height} published figures our data says: {said}", []


def _lineage(answer: Answer) -> tuple[str, list[str]]:
    model, rows = clean(answer.parameters["model"]), answer.plain_rows
    if answer.parameters["down"]:
        models = "1 model is" if len(rows) == 1 else f"{len(rows):,} models are"
        return f"{models} built on {model}, directly or through others", _partial(answer)
    outside = [f"the root {clean(row['root_id'])} is not covered" for row in rows if row["status"] == "outside"]
    roots = [
        f"{clean(row['root_id'])} ({row['weight']:.1%}; family {clean(row['family'])}, origin {row['origin_country']})"
        for row in rows[:QUOTED]
    ]
    more = f" and {len(rows) - QUOTED:,} more" if len(rows) > QUOTED else ""
    return f"The roots of {model}: {', '.join(roots)}{more}; {clean(rows[0]['why'])}", outside


def _publisher(answer: Answer) -> tuple[str, list[str]]:
    first = {row["kind"]: row for row in reversed(answer.plain_rows)}
    total, name = first["all"], clean(answer.parameters["publisher"])
    said = f"{total['derivatives']:,} models are built on models of {name}, {total['direct']:,} of them directly"
    by = [first[kind] for kind in ("by publisher", "by country") if kind in first]
    most = " and ".join(f"{clean(str(row['name']))} ({row['derivatives']:,})" for row in by)
    return f"{said}{f'; most by {most}' if most else ''}", _partial(answer)


_QUOTES: Mapping[str, Callable[[Answer], tuple[str, list[str]]]] = {
    "share": _share,
    "trend": _trend,
    "top": _top,
    "diff": _diff,
    "crossings": _crossings,
    "claims": _claims,
    "lineage": _lineage,
    "publisher": _publisher,
}
