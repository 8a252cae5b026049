"""The command that gives an answer again, as it is typed."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from tracker.answers import Answer
from tracker.answers.counted.totals import UNITS
from tracker.answers.measured import described


def command(answer: Answer, rows: int | None = None) -> str:
    """Return the command line whose rows an answer's are; `rows`: how many were asked for, if not as many as usual."""
    limit = [] if rows is None else ["--rows", str(rows)]
    return shlex.join(["tracker", *_words(answer), *limit])


def _words(answer: Answer) -> Iterator[str]:
    asked = answer.parameters
    if answer.measure in _ABOUT_ONE:
        yield from _ABOUT_ONE[answer.measure](asked)
        return
    if "compare" in asked:
        yield from ("share", *asked.get("only", ()), "--by", asked["by"], "--month", asked["month"])
        yield from ("--compare", asked["compare"])
        return
    if answer.measure in ("share", "crossings"):
        yield from ("share", *asked.get("only", ()), "--by", asked["by"])
        yield from _period(asked["from"], asked["to"], "%Y-%m")
        yield from ["--crossings"] * (answer.measure == "crossings")
    elif answer.measure in ("trend", "top"):
        yield from (answer.measure, *asked.get("only", ()), "--by", asked["by"], "--of", asked["of"])
        yield from _period(asked.get("from"), asked.get("to"), "%Y-%m-%d")
        yield from _along(asked)
    else:
        yield from ("measure", answer.measure)
        kinds = {name: kind for name, kind, *_ in described(answer.measure).table.rows}
        for name, value in asked.items():
            if name not in ("scope", "registry_version") and value is not None:
                is_month = kinds.get(name) == "month" and isinstance(value, date)
                yield from ("-p", f"{name}={value:%Y-%m}" if is_month else f"{name}={value}")
    for narrowed in asked.get("where", ()):
        yield from ("--where", narrowed)
    if answer.definition not in ("", "default"):
        yield from ("--definition", answer.definition)


def _period(first: object, until: object, form: str) -> Iterator[str]:
    for flag, value in (("--from", first), ("--to", until)):
        if value:
            yield from (flag, value.strftime(form) if isinstance(value, date) else str(value))


def _along(asked: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a trend or a ranking was asked along, where that is not the usual."""
    for name, usual in (("every", "night"), ("country", "origin")):
        if asked.get(name, usual) != usual:
            yield from (f"--{name}", asked[name])
    for name, on in (("flow", asked["unit"] == UNITS["flow"]), *((each, asked.get(each)) for each in _SWITCHES)):
        yield from [f"--{name.replace('_', '-')}"] * bool(on)


def _lineage(asked: Mapping[str, Any]) -> Iterator[str]:
    yield from ("lineage", asked["model"])
    yield from ["--down"] * bool(asked["down"])
    yield from ("--variant", asked["variant"]) if asked["variant"] != "default" else ()


def _publisher(asked: Mapping[str, Any]) -> Iterator[str]:
    yield from ("lineage", "--publisher", asked["publisher"], "--limit", str(asked["rows"]))


def _claims(asked: Mapping[str, Any]) -> Iterator[str]:
    yield from ("claims", *asked["claims"])


_SWITCHES = ("settled", "robust", "since_release")
# questions that are no measure with parameters of its own
_ABOUT_ONE: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "lineage": _lineage,
    "publisher": _publisher,
    "claims": _claims,
}
