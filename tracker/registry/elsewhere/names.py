"""Names as sources write them: slugs with a date and a variant, organizations in many spellings, long country names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RELEASED = re.compile(r"-20\d{2}-?\d{2}-?\d{2}$")  # what a source puts behind a name
_DATE = re.compile(r"-(20\d{6}|20\d{2}-\d{2}-\d{2}|\d{2}-\d{2}|[01]\d[0-3]\d)$")
_PARTED = re.compile(r"^(qwen|glm|lfm|yi)-(\d)")  # written with a hyphen and without


@dataclass(frozen=True)
class Said:
    """What a source says of a model: its name, who made it, its licence, a country, whether its weights are given out.

    All but source and name may be empty. `hub_id` is its name on the Hub where the source tells it.
    """

    source: str
    name: str
    organization: str = ""
    license: str = ""
    country: str = ""
    accessibility: str = ""
    hub_id: str = ""


def bare(text: str) -> str:
    """Return a text without case, blanks and punctuation: one for all its spellings."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def slug(text: str) -> str:
    """Return `author/model` of a slug, in lower case and without its variant; `~author/` points at its author's too."""
    return text.strip().lower().removeprefix("~").partition(":")[0]


def model_of(text: str) -> str:
    """Return what the variants and releases of a model are summed to: its slug without the day of release.

    A month and day at the end are its maker's own (`deepseek-chat-v3-0324`), and stay.
    """
    return _RELEASED.sub("", slug(text))


def spellings(name: str, *makers: str) -> tuple[str, ...]:
    """Return how a name may be written on the Hub, the fullest first.

    Blanks are hyphens, a date at its end and the name of its maker before it may be missing.
    """
    plain = re.sub(r"[\s_()\[\]]+", "-", name.strip().lower()).strip("-")
    joined = _PARTED.sub(r"\1\2", plain)
    found = (plain, joined, _DATE.sub("", plain), _DATE.sub("", joined))
    bare_ones = (each.removeprefix(f"{maker.lower()}-") for each in found for maker in makers)
    return tuple(dict.fromkeys((*found, *bare_ones)))
