"""What is given to a function of SQL so that other engines read the call another way: judged on duckdb's own reading.

Each of these functions comes through as long as it is given what the engines agree on, and that stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Node = dict[str, Any]

_FORMAT = re.compile(r"(%-d|%[YmdybBAHMS]|[-/:., ])*")  # letters of its own would be read as parts of a date
_UNITS = {"date_diff": {"day", "month", "year"}, "date_trunc": {"day", "week", "month", "quarter", "year"}}
_ONE = r"[^\\\[\]&]|\\[-.+*?()\[\]{}|^$/\\]|\\d|\\w|\\pL|\\pN"  # within brackets, where Java knows && and [a[b]]
_PATTERN = re.compile(  # not a++, which takes as much as it can of Java and is no pattern of duckdb's
    rf"(?!.*[*+?}}]\+)(?:\((?!\?)|\(\?:|[^\\\[\].(]|\\[-.+*?()\[\]{{}}|^$/\\]|\\d|\\w|\\pL|\\pN|\[\^?(?:{_ONE})+\])*",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\\$]*")
_FRACTIONS = {"/", "avg", "sqrt", "ln", "log10", "epoch"}
_MOMENTS = {"TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "DOUBLE", "FLOAT", "REAL"}


def faults(name: str, given: Sequence[Node]) -> Iterator[str]:
    """Yield what is wrong with a call, of what is given to it."""
    rule = _RULES.get(name)
    if rule and not rule(given):
        yield f"{name}() {_SAYS[name]}"


def literal(node: Node) -> str | None:
    """Return the text of a value that stands in the statement; None for what is made there."""
    found = node.get("literal")
    return str(found["text"]) if node.get("class") == "CONSTANT" and found else None


def is_told_another_way(node: Node) -> bool:
    """Return whether engines write a value as different texts: moments, and numbers with a fraction."""
    if node.get("type") == "OPERATOR_CAST":
        return str(node["type_expr"].get("type_name")).upper() in _MOMENTS
    if node.get("class") == "COLUMN_REF":  # by our own habit of naming
        return str(node["column_names"][-1]).lower().endswith(("_at", "weight", "share"))
    return node.get("function_name") in _FRACTIONS


def _matches(form: re.Pattern[str], node: Node) -> bool:
    text = literal(node)
    return text is not None and form.fullmatch(text) is not None


def _is_said(pattern: Node) -> bool:
    """Return whether a pattern is plain and finds at least a letter: between letters engines look another way."""
    return _matches(_PATTERN, pattern) and not re.search(re.sub(r"\\p[LN]", "x", literal(pattern) or ""), "")


def _is_place(node: Node) -> bool:
    """Return whether a place in a text is surely not 0: before the first for one engine, the first for another."""
    if node.get("function_name") == "+":
        return any(literal(each["expression"]) not in (None, "0") for each in node["arguments"])
    return literal(node) not in (None, "0")


def _is_length(place: Node, node: Node) -> bool:
    """Return whether a count of letters is surely not below 0; before the first there are none for any engine."""
    return literal(place) == "1" or (literal(node) or "").isdigit() or node.get("function_name") == "length"


_RULES: Mapping[str, Callable[[Sequence[Node]], bool]] = {
    "strftime": lambda given: _matches(_FORMAT, given[1]),
    "date_diff": lambda given: literal(given[0]) in _UNITS["date_diff"],
    "date_trunc": lambda given: literal(given[0]) in _UNITS["date_trunc"],
    "substr": lambda given: _is_place(given[1]) and (len(given) < 3 or _is_length(*given[1:])),
    "split_part": lambda given: bool(literal(given[1])),
    "regexp_matches": lambda given: len(given) == 2 and _matches(_PATTERN, given[1]),
    "regexp_replace": lambda given: (
        len(given) == 4 and _is_said(given[1]) and _matches(_PLAIN, given[2]) and literal(given[3]) == "g"
    ),
    "||": lambda given: not any(map(is_told_another_way, given)),
    "concat_ws": lambda given: not any(map(is_told_another_way, given)),
    "-": lambda given: len(given) < 2 or not _is_a_day(given[1]),
}
_SAYS = {
    "strftime": "of a format with more than %Y %m %d %-d %y %b %B %A %H %M %S",
    "date_diff": "of other units than day, month and year",
    "date_trunc": "of other units than day, week, month, quarter and year",
    "substr": "from a place that may be 0, or of a length that may be below it",
    "split_part": "at what may be nothing",
    "regexp_matches": "of a pattern that is not plain",
    "regexp_replace": "of a pattern that is not plain or may find nothing, or not of all that it finds",
    "||": "of a moment or a fraction",
    "concat_ws": "of a moment or a fraction",
    "-": "of days, which date_diff tells",
}


def _is_a_day(node: Node) -> bool:
    return node.get("type") == "OPERATOR_CAST" and str(node["type_expr"].get("type_name")).upper() in (
        "DATE",
        *_MOMENTS - {"DOUBLE", "FLOAT", "REAL"},
    )
