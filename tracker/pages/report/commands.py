"""The command that gives an answer again, as it is typed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date

from tracker.answers import Answer
from tracker.answers.measured import described


def command(answer: Answer) -> str:
    """Return the command line whose rows an answer's are."""
    return shlex.join(["tracker", *_words(answer)])


def _words(answer: Answer) -> Iterator[str]:
    asked = answer.parameters
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
