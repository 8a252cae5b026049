"""Colours: the hue is the origin country, the shade is the family.

The base colours keep a CAM02 distance of at least 15 between any two under normal, deuteran, protan
and tritan vision, on white and on the dark background; text uses darker inks, since amber and grey
fail 4.5:1 as text. No red means bad here and no green means good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.colors import to_hex, to_rgb

GROUPS = ("China", "United States", "Europe", "Other countries", "Unknown")
NO_COUNTRY = {"unknown", "unreviewed", ""}


@dataclass(frozen=True)
class Theme:
    """One background and the colours that read well on it."""

    name: str
    background: str
    text: str
    muted: str
    grid: str
    base: Mapping[str, str]  # country group -> colour of areas and lines
    ink: Mapping[str, str]  # country group -> colour of text


LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    text="#16191D",
    muted="#5B636E",
    grid="#DADDE1",
    base=dict(zip(GROUPS, ("#BD1F01", "#3F90DA", "#FFA90E", "#832DB6", "#94A4A2"), strict=True)),
    ink=dict(zip(GROUPS, ("#B01D01", "#1F66A8", "#8A5A00", "#6F259C", "#5B636E"), strict=True)),
)
DARK = Theme(
    name="dark",
    background="#14171C",
    text="#F2F4F7",
    muted="#A3ABB5",
    grid="#2C323A",
    base=dict(zip(GROUPS, ("#E5482A", "#3F90DA", "#FFC04D", "#E6C6FF", "#94A4A2"), strict=True)),
    ink=dict(zip(GROUPS, ("#F06A4F", "#5BA6EA", "#FFC04D", "#E6C6FF", "#A9B6B4"), strict=True)),
)
THEMES = {"light": LIGHT, "dark": DARK}


def group_of(country: str | None, europe: frozenset[str]) -> str:
    """Return the colour group of an ISO country code, `unknown` or `unreviewed`."""
    if country is None or country in NO_COUNTRY:
        return "Unknown"
    if country in ("CN", "US"):
        return {"CN": "China", "US": "United States"}[country]
    return "Europe" if country in europe else "Other countries"


def shades(group: str, count: int, theme: Theme) -> list[str]:
    """Return `count` shades of a group's colour, the strongest first, fading towards the background."""
    # many shades need a longer way to fade, so they start at the darker ink
    strongest = theme.ink[group] if count > 3 and group != "Unknown" else theme.base[group]
    return [mix(strongest, theme.background, 0.75 * step / max(1, count - 1)) for step in range(count)]


def mix(color: str, other: str, part: float) -> str:
    """Return `color` with `part` (0 to 1) of `other` in it."""
    mixed: Sequence[float] = [a + (b - a) * part for a, b in zip(to_rgb(color), to_rgb(other), strict=True)]
    return str(to_hex((mixed[0], mixed[1], mixed[2])))
