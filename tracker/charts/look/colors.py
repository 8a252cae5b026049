"""Colours: marks name roles, never colours. The hue is the origin country, the shade is the family.

Between any two origins the CAM02-UCS distance is at least 14, between neighbours of a stack at least 13, under normal,
deuteran, protan and tritan vision, in both themes (a test computes them). Text in a hue uses inks, all 4.5:1 or more.
Red is not bad here and green is not good: verdicts use teal, violet and grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

# role: (light, dark)
_ROLES: Mapping[str, tuple[str, str]] = {
    "bg": ("#FFFFFF", "#14171C"),
    "surface": ("#F4F5F7", "#1D2127"),
    "ink": ("#16191D", "#F2F4F7"),
    "muted": ("#5B636E", "#A7AFB9"),
    "faint": ("#8A929C", "#767F8A"),
    "grid": ("#E4E7EB", "#2A3038"),
    "axis": ("#B4BBC3", "#4C555F"),
    "accent": ("#1B4F8C", "#8CBDF2"),
    "gap": ("#EEF0F3", "#20252C"),
    "ok": ("#0B5D4E", "#6FD3BE"),
    "okbg": ("#E3F1EE", "#16332E"),
    "warn": ("#6B4E00", "#F0C868"),
    "warnbg": ("#FBF1D9", "#3A2F12"),
    "differs": ("#5A2A82", "#D0ABF2"),
    "differsbg": ("#F1E9F8", "#33243F"),
    "cn1": ("#BD1F01", "#EE5A3F"),
    "cn2": ("#EC7551", "#A83421"),
    "cn3": ("#F5BFAF", "#652317"),
    "cn4": ("#7A1400", "#FFA08C"),
    "us1": ("#3F90DA", "#4B9BE6"),
    "us2": ("#91C3EF", "#2E6AA3"),
    "us3": ("#D6E8F9", "#1E4364"),
    "us4": ("#1F5E9E", "#9CCBF7"),
    "eu1": ("#F29900", "#FFC04D"),
    "eu2": ("#FFCB66", "#C4933C"),
    "eu3": ("#FFEFD0", "#70582A"),
    "eu4": ("#B57400", "#FFE3AE"),
    "ot1": ("#832DB6", "#E6C6FF"),
    "un1": ("#94A4A2", "#94A4A2"),
    "un2": ("#DCE2E2", "#454D55"),
    "cni": ("#B01D01", "#FF7F66"),
    "usi": ("#1F66A8", "#6FB3F2"),
    "eui": ("#8A5A00", "#FFC04D"),
    "oti": ("#6F259C", "#E6C6FF"),
    "uni": ("#5B636E", "#A9B6B4"),
}
THEMES = ("light", "dark")

CHINA, US, EUROPE, OTHERS, UNKNOWN, UNREVIEWED = (
    "China", "United States", "Europe", "Other countries", "Unknown", "Unreviewed",
)  # fmt: skip
GROUPS = (CHINA, US, EUROPE, OTHERS, UNKNOWN, UNREVIEWED)  # from the top of a stack to its foot
NAMED = (CHINA, US, EUROPE, OTHERS)  # groups that a country of origin puts a root into
_HUE = {CHINA: "cn", US: "us", EUROPE: "eu", OTHERS: "ot", UNKNOWN: "un", UNREVIEWED: "un"}
_AREA = {CHINA: "cn1", US: "us1", EUROPE: "eu1", OTHERS: "ot1", UNKNOWN: "un1", UNREVIEWED: "un2"}

# Which families have a shade of their own: fixed, so that a family keeps its colour from week to week.
# A hue's fourth shade is for lines alone, where a family of one hue crosses another.
_SHADES: Mapping[str, tuple[str, int]] = {
    "Qwen": (CHINA, 1), "DeepSeek": (CHINA, 2), "GLM": (CHINA, 4),
    "Llama": (US, 1), "Gemma": (US, 2), "Phi": (US, 4),
    "Mistral": (EUROPE, 1), "FLUX": (EUROPE, 2), "Stable Diffusion": (EUROPE, 4),
}  # fmt: skip
STEPS = {"light": (0.10, 0.24, 0.42, 0.62, 0.86), "dark": (0.10, 0.22, 0.34, 0.44, 1.0)}  # of a hue over bg
_LIMITS = (0.05, 0.15, 0.35, 0.55)  # parts of 1 at which the next step begins
_ON = "on-"


def hex_of(role: str, theme: str) -> str:
    """Return a role's colour in a theme, `#RRGGBB`.

    `cn1.3` is the third of the five steps of cn1 over bg, `on-cn1.3` that of text on such a cell.
    """
    if role.startswith(_ON):
        role = on(role.removeprefix(_ON), theme)
    name, _, step = role.partition(".")
    color = _ROLES[name][THEMES.index(theme)]
    return mix(hex_of("bg", theme), color, STEPS[theme][int(step) - 1]) if step else color


def roles() -> tuple[str, ...]:
    """Return all roles, the steps of heat maps not among them."""
    return tuple(_ROLES)


def step(role: str, part: float) -> str:
    """Return the step of a role that shows a part of 1 in a heat map: the larger, the stronger."""
    return f"{role}.{next((at for at, most in enumerate(_LIMITS, 1) if part < most), len(_LIMITS) + 1)}"


def text_on(role: str) -> str:
    """Return the role of text on a filled cell, whatever the theme."""
    return _ON + role


def group_of(country: str | None, europe: Iterable[str]) -> str:
    """Return the group of an ISO country code, `unknown` or `unreviewed`."""
    if country in (None, "", "unreviewed"):
        return UNREVIEWED
    if country == "unknown":
        return UNKNOWN
    if country in ("CN", "US"):
        return {"CN": CHINA, "US": US}[country]
    return EUROPE if country in set(europe) else OTHERS


def area(group: str) -> str:
    """Return the role of a group's area, line or dot."""
    return _AREA[group]


def ink(group: str) -> str:
    """Return the role of text that speaks of a group."""
    return _HUE[group] + "i"


def shade(family: str, group: str) -> str | None:
    """Return the role that a family's area has by name, None where it has none and is one of the others."""
    own = _SHADES.get(family)
    return f"{_HUE[group]}{own[1]}" if own and own[0] == group and own[1] < 4 else None


def rest(group: str) -> str:
    """Return the role of all families of a group that have no shade of their own."""
    return f"{_HUE[group]}3" if group in (CHINA, US, EUROPE) else _AREA[group]


def lines(families: Sequence[tuple[str, str]]) -> list[str]:
    """Return a role for the line of each (family, group), no two of one group the same while shades last."""
    taken: set[str] = set()
    chosen = []
    for family, group in families:
        hue, own = _HUE[group], _SHADES.get(family)
        shades = [f"{hue}{own[1]}"] if own and own[0] == group else []
        shades += [f"{hue}{at}" for at in (1, 4, 2)] if group in (CHINA, US, EUROPE) else [_AREA[group]]
        chosen.append(next((each for each in shades if each not in taken), shades[0]))
        taken.add(chosen[-1])
    return chosen


def on(role: str, theme: str) -> str:
    """Return the role, ink or bg, of text that reads better on a filled cell."""
    ground = hex_of(role, theme)
    return max(("ink", "bg"), key=lambda text: contrast(hex_of(text, theme), ground))


def mix(color: str, other: str, part: float) -> str:
    """Return `color` with `part` (0 to 1) of `other` in it."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    parts = [each / 255 for each in _channels(color)]
    red, green, blue = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
