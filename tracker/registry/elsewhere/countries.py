"""The code of a country that a source names in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.registry.elsewhere.names import bare

if TYPE_CHECKING:
    from tracker.registry.entries import Country

# names that do not begin with the usual one
_FORMAL = {
    "Republic of Korea": "KR",
    "Korea (Republic of)": "KR",
    "Russian Federation": "RU",
    "Viet Nam": "VN",
    "Turkey": "TR",
    "Czech Republic": "CZ",
    "UAE": "AE",
    "UK": "GB",
    "USA": "US",
}


def code_of(text: str, countries: Sequence[Country]) -> str | None:
    """Return the code of the one country that a text names, also by a longer name; None for none or several."""
    if not text or "," in text:
        return None
    named = bare(text)
    formal = {bare(name): code for name, code in _FORMAL.items()}
    if named in formal:
        return formal[named]
    longest = max(
        (each for each in countries if named.startswith(bare(each.name))), key=lambda each: len(each.name), default=None
    )
    return longest.country if longest else None
