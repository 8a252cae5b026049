"""What one cell of a registry file may hold: each check returns what is wrong and what to write instead, or None."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

Check = Callable[[str], str | None]

# the Hub's own rule for names: letters, digits and - _ . ; up to 96 characters
NAME = r"[A-Za-z0-9_.-]{1,96}"
_NAMESPACE = re.compile(rf"^{NAME}$")
_MODEL_ID = re.compile(rf"^({NAME}/)?{NAME}$")
_PATTERN = re.compile(rf"^({NAME}/[A-Za-z0-9_.*-]{{1,96}}|{NAME})$")
_COUNTRY = re.compile(r"^([A-Z]{2}|unknown)$")
_HTTPS = re.compile(r"^https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d+)?(/\S*)?$")


def filled(text: str) -> str | None:
    """Any text, but not none."""
    return None if text else "is empty; write a value"


def optional(check: Check) -> Check:
    """The same check, with an empty cell allowed."""
    return lambda text: check(text) if text else None


def one_of(*words: str) -> Check:
    """One of a closed set of words."""
    return lambda text: None if text in words else f"is {text!r}; use one of: {', '.join(words)}"


def day(text: str) -> str | None:
    """A calendar day, YYYY-MM-DD."""
    return None if _is_day(text) else f"is {text!r}; write a day that exists as YYYY-MM-DD"


def day_or_month(text: str) -> str | None:
    """A calendar day or, where only that is known, a month."""
    if _is_day(text) or (len(text) == 7 and _is_day(f"{text}-01")):
        return None
    return f"is {text!r}; write YYYY-MM-DD, or YYYY-MM where the day is not known"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def https(text: str) -> str | None:
    """The address of the page that says so."""
    return None if _HTTPS.match(text) else f"is {text!r}; give the https:// address of the page that shows this fact"


def namespace(text: str) -> str | None:
    """A Hub user or organization, in the Hub's own spelling."""
    return None if _NAMESPACE.match(text) else f"is {text!r}; write the part before '/' of a model id, in exact case"


def model_id(text: str) -> str | None:
    """A repository `namespace/name`, or a legacy name without namespace."""
    return None if _MODEL_ID.match(text) else f"is {text!r}; write namespace/name in exact case"


def pattern(text: str) -> str | None:
    """A model id, or a glob with `*` in the part after '/'."""
    if _PATTERN.match(text):
        return None
    return f"is {text!r}; write namespace/name, with '*' only after the '/', such as Qwen/Qwen3-*"


def country(text: str) -> str | None:
    """An ISO 3166-1 alpha-2 code in capitals, or `unknown`."""
    return None if _COUNTRY.match(text) else f"is {text!r}; write an ISO 3166-1 alpha-2 code such as CN, or unknown"


def any_text(text: str) -> str | None:
    """Anything, also nothing."""
    return None
