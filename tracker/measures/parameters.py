"""What a measure asks of whoever asks it: one header line a parameter.

    -- $largest number = 200: of how many of the largest models
    -- $model text: the model's name, namespace/name

Name, kind, the default where there is one, and a line of help. `none` as a default binds null.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from tracker.errors import SettingsError

_LINE = re.compile(r"\$(?P<name>[a-z]\w*) (?P<kind>[a-z]+)(?: = (?P<default>.+?))?: (?P<help>.+)")

NONE = "none"
# defaults that only the copy knows, of the kinds night, day and month
SNAPSHOT = "snapshot"  # the newest night
LAST = "last"  # the last whole month


class Parameter(NamedTuple):
    """One value that a measure binds as `$name`; without a default it must be given."""

    name: str
    kind: str
    default: str | None
    help: str

    def read(self, value: Any) -> Any:
        """Return a value, or its text, as it is bound; raise SettingsError that says what is expected."""
        if value is None or value == NONE:
            return None
        try:
            return _KINDS[self.kind](value)
        except (TypeError, ValueError):
            raise SettingsError(f"{self.name} is {value!r}, which is no {self.kind}: {self}") from None

    def __str__(self) -> str:
        """Return `night (YYYY-MM-DD, default snapshot): the night of the counters`."""
        default = "must be given" if self.default is None else f"default {self.default}"
        return f"{self.name} ({_WRITTEN[self.kind]}, {default}): {self.help}"


def parse(line: str) -> Parameter:
    """Read a header line without its dashes; raise ValueError where it is none of a parameter."""
    match = _LINE.fullmatch(line)
    if match is None or match["kind"] not in _KINDS:
        raise ValueError(f"{line!r} is no parameter; write `$name kind = default: help`, of kind {', '.join(_KINDS)}")
    return Parameter(**match.groupdict())


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _whole(value: Any) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(value)
    return number


def _names(value: Any) -> str:
    """Return models, families or lines, separated by commas, each once."""
    names = list(dict.fromkeys(each.strip() for each in str(value).split(",") if each.strip()))
    if not names:
        raise ValueError(value)
    return ",".join(names)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _month(value: Any) -> date:
    return value.replace(day=1) if isinstance(value, date) else date.fromisoformat(f"{value}-01")


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "text": str,
    "family": str,  # one that the copy knows
    "model": str,
    "names": _names,
    "number": _number,
    "whole": _whole,
    "day": _day,
    "night": _day,  # a day that has a snapshot
    "month": _month,
}
_WRITTEN = {
    "text": "text",
    "family": "family",
    "model": "model, namespace/name",
    "names": "models, families or lines, separated by commas",
    "number": "number",
    "whole": "whole number",
    "day": "day, YYYY-MM-DD",
    "night": "night, YYYY-MM-DD",
    "month": "month, YYYY-MM",
}
