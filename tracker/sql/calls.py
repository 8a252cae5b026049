"""Rules for arguments of SQL functions that engines read differently, judged on duckdb's syntax tree.

Each of these functions is portable as long as its arguments are of a form that engines agree on. An argument that must
have a form has to be a literal of the statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Node = dict[str, Any]

_FORMAT = re.compile(r"(%-d|%[YmdybBAHMS]|[-/:., ])*")  # letters of its own would be read as parts of a date
_UNITS = {"date_diff": {"day", "month", "year"}, "date_trunc": {"day", "week", "month", "quarter", "year"}}
_ONE = r"[^\\\[\]&]|\\[-.+*?()\[\]{}|^$/\\]|\\d|\\w|\\pL|\\pN"  # within brackets; Java also has && and [a[b]] there
_PATTERN = re.compile(  # not `a++`: Java reads it as a possessive quantifier, duckdb refuses it
    rf"(?!.*[*+?}}]\+)(?:\((?!\?)|\(\?:|[^\\\[\].(]|\\[-.+*?()\[\]{{}}|^$/\\]|\\d|\\w|\\pL|\\pN|\[\^?(?:{_ONE})+\])*",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\\$]*")
_FRACTIONS = {"/", "avg", "sqrt", "ln", "log10", "epoch"}
_MOMENTS = {"TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "DOUBLE", "FLOAT", "REAL"}


def faults(name: str, given: Sequence[Node]) -> Iterator[str]:
    """Yield the fault of a call if its arguments are not portable."""
    rule = _RULES.get(name)
    if rule and not rule(given):
        yield f"{name}() {_SAYS[name]}"


def literal(node: Node) -> str | None:
    """Return the text of a literal; None for any other expression."""
    found = node.get("literal")
    return str(found["text"]) if node.get("class") == "CONSTANT" and found else None


def is_told_another_way(node: Node) -> bool:
    """Return whether engines convert a value to different texts: moments, and numbers with a fraction."""
    if node.get("type") == "OPERATOR_CAST":
        return str(node["type_expr"].get("type_name")).upper() in _MOMENTS
    if node.get("class") == "COLUMN_REF":  # by our own naming of columns
        return str(node["column_names"][-1]).lower().endswith(("_at", "weight", "share"))
    return node.get("function_name") in _FRACTIONS


def _matches(form: re.Pattern[str], node: Node) -> bool:
    text = literal(node)
    return text is not None and form.fullmatch(text) is not None


def _is_said(pattern: Node) -> bool:
    """Return whether a pattern is plain and cannot match an empty text: engines differ on empty matches."""
    return _matches(_PATTERN, pattern) and not re.search(re.sub(r"\\p[LN]", "x", literal(pattern) or ""), "")


def _is_place(node: Node) -> bool:
    """Return whether a position in a text is surely not 0; engines differ on position 0."""
    if node.get("function_name") == "+":
        return any(literal(each["expression"]) not in (None, "0") for each in node["arguments"])
    return literal(node) not in (None, "0")


def _is_length(place: Node, node: Node) -> bool:
    """Return whether a length is surely not negative; from position 1 a negative one gives '' on every engine."""
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
