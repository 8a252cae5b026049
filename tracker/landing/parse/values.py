"""The rules for single values: what of a field can be used, in the words in which the Hub would have written it.

A value is left out that is no whole number from 0 to 2^53 (counts), no finite number (numbers), no time from
2016 to two days after the snapshot (moments), no true or false, no text. A missing value is None, never 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, time
from typing import Any

from tracker.columns import Column
from tracker.landing.parse.canonical import EARLIEST, MAX_COUNT

MAX_NAME = 255  # of each part; repositories of 2021 have names of 250 characters
# control characters, line separators, and those that turn the direction of what follows
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
HUB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
WHOLE_NUMBER = re.compile(r"\d{1,16}")


def usable(value: Any, column: Column, problems: list[str], latest: datetime) -> Any:
    """Return a value as the Hub would have written it. Raises ValueError for one that cannot be used."""
    if column.kind == "moment":
        return _moment(value, latest)
    if column.kind in PLAIN:
        return PLAIN[column.kind](value)
    return NESTED[column.kind](value, problems)


def usable_member(value: Any, column: Column, problems: list[str], latest: datetime) -> Any:
    """Return the member of an object that a column is; None where it is absent or cannot be used."""
    if not isinstance(value, dict):
        raise ValueError(", not an object")
    inner = value.get(column.field.partition(".")[2])
    if inner is None:
        return None
    try:
        return usable(inner, column, problems, latest)
    except ValueError as error:
        problems.append(f"{column.field} is {brief(inner)}{error}")
        return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or not _is_text(value):
        raise ValueError(", not text")
    return value


def _count(value: Any) -> str:
    try:
        number = int(value) if WHOLE_NUMBER.fullmatch(value) else float(value)
    except (TypeError, ValueError):
        raise ValueError(", not a number") from None
    if not math.isfinite(number) or number != int(number) or not 0 <= number <= MAX_COUNT:
        raise ValueError(", not a count from 0 to 2^53")
    return str(int(number))


def _number(value: Any) -> str:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(", not a number") from None
    if not math.isfinite(number):
        raise ValueError(", not a finite number")
    return repr(number)


def _flag(value: Any) -> str:
    if value not in (True, False, "true", "false") or isinstance(value, (int, float)) is not isinstance(value, bool):
        raise ValueError(", neither true nor false")
    return str(value).lower()


def _moment(value: Any, latest: datetime) -> str:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(", not a time") from None
    if not datetime.combine(EARLIEST, time(), UTC) <= moment <= latest:
        raise ValueError(f", not between {EARLIEST} and {latest:%Y-%m-%d}")
    return moment.isoformat()


def _tags(value: Any, problems: list[str]) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(", not a list")
    good = []
    for tag in value:
        with suppress(ValueError):
            good.append(_text(tag))
    if len(good) < len(value):
        problems.append(f"{len(value) - len(good)} of {len(value)} tags are not text")
    return good


def _providers(value: Any, problems: list[str]) -> list[dict[str, str]]:
    """Return name and status of each; lists of models have a list of them, a single model an object by name."""
    if isinstance(value, dict):
        value = [{"provider": name, **_object(mapping)} for name, mapping in value.items()]
    if not isinstance(value, list):
        raise ValueError(", not a list of providers")
    good = []
    for mapping in map(_object, value):
        with suppress(ValueError):
            good.append({name: _text(mapping.get(name)) for name in ("provider", "status")})
    if len(good) < len(value):
        problems.append(f"{len(value) - len(good)} of {len(value)} providers have no name or status")
    return good


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _parents(value: Any, problems: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("models") or [], list):
        raise ValueError(", not a relation with a list of models")
    parents = value.get("models") or []
    good = [{"_id": plain_hub_id(parent), "id": parent["id"]} for parent in parents if _is_parent(parent)]
    if len(good) < len(parents):
        problems.append(f"{len(parents) - len(good)} of {len(parents)} base models are not named")
    relation = value.get("relation")
    if not isinstance(relation, str | None) or (relation is not None and not _is_text(relation)):
        problems.append(f"the relation is {brief(relation)}, not text")
        relation = None
    return {"relation": relation, "models": None if value.get("models") is None else good}


# kind of column -> reader; a reader of lists leaves out single items and says so among the problems
PLAIN: Mapping[str, Callable[[Any], str]] = {"word": _text, "count": _count, "number": _number, "flag": _flag}
NESTED: Mapping[str, Callable[[Any, list[str]], Any]] = {
    "tags": _tags,
    "providers": _providers,
    "parents": _parents,
}


def is_name(value: object) -> bool:
    """Return whether a value may be the name of a model: `name` or `namespace/name`, in any script.

    Refused are control characters and what leads out of a folder (`.` and `..` between slashes of either kind).
    """
    return (
        isinstance(value, str)
        and value.count("/") <= 1
        and all(part.strip() and len(part) <= MAX_NAME for part in value.split("/"))
        and not {".", ".."} & set(re.split(r"[/\\]", value))
        and not FORBIDDEN.search(value)
        and _is_text(value)
    )


def _is_parent(value: Any) -> bool:
    return isinstance(value, dict) and is_name(value.get("id"))


def plain_hub_id(record: dict[str, Any]) -> str | None:
    """Return the `_id` of a record or of a parent where it is one."""
    found = record.get("_id")
    return found if isinstance(found, str) and HUB_ID.fullmatch(found) else None


def _is_text(value: str) -> bool:
    """Return whether a text can be written at all (a lone surrogate cannot)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def brief(value: object) -> str:
    """Return a value as a message shows it."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
