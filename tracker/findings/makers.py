"""What shares within rows allow a title to state: which countries' publishers build mainly on whose models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.findings.chance import THIN, Share, gains, leads
from tracker.findings.monthly import percent, spelt, the

NAMED = 3  # countries that a title names, beyond that it counts them
Row = tuple[Mapping[str, float], float, int]  # shares of origins, the part that could be of any of them, models


def mainly(rows: Mapping[str, Row]) -> str:
    """Return which origin leads beyond bounds and chance in most rows, empty where it does in none.

    Rows of fewer than 100 models are not judged.
    """
    judged = {name: row for name, row in rows.items() if row[2] >= THIN}
    led: dict[str, list[str]] = {}
    for name, row in judged.items():
        shares = _shares(row)
        first = max(shares, key=lambda origin: (shares[origin].share, origin), default="")
        if first and leads(shares[first], [each for origin, each in shares.items() if origin != first]):
            led.setdefault(first, []).append(name)
    if not led:
        return ""
    origin = max(led, key=lambda each: (len(led[each]), each))
    names = led[origin]
    value = f": {percent(judged[names[0]][0][origin])}" if len(names) == 1 else ""
    return f"Known publishers in {_listed(names, len(judged))} build mainly on models from {the(origin)}{value}"


def risen(name: str, months: Sequence[tuple[str, Row]]) -> str:
    """Return which origin rose most in a row between its first month (YYYY-MM) and its last, beyond bounds and chance.

    Empty where none did.
    """
    (since, before), (_, after) = months[0], months[-1]
    one, two = _shares(before), _shares(after)
    grown = [origin for origin in two if origin in one and gains(one[origin], two[origin])]
    if not grown:
        return ""
    origin = max(grown, key=lambda each: (two[each].share - one[each].share, each))
    values = f"{percent(two[origin].share)} on models from {the(origin)}, up from {percent(one[origin].share)}"
    return f"Known publishers in {the(name)} build {values} in {spelt(since)}"


def _shares(row: Row) -> dict[str, Share]:
    parts, loose, n = row
    return {origin: Share(part, part, part + loose, n) for origin, part in parts.items()}


def _listed(names: Sequence[str], judged: int) -> str:
    named = [the(name) for name in names]
    if len(named) <= NAMED:
        return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    which = f"all {judged}" if len(named) == judged else f"{len(named)} of {judged}"
    return f"{which} countries with {THIN} derivatives or more"
