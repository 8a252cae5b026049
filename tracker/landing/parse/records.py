"""The rules for single records: what of a record can be used, what is left out, and why.

    set aside      the record is not an object, is not JSON, has no usable name, or a hub_id that is none
    left out       any other value that cannot be what it says: the record stays, that value is missing

A value is missing where it is: no whole number from 0 to 2^53 (counts), no finite number
(trendingScore), no time from 2016 to two days after the snapshot (dates), no true or false, no text.
A missing value is None, never 0. New fields and new words (a new `gated`, a new relation) pass.
A record without `_id` is known by its name (`name:gpt2`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tracker.landing.parse.canonical import DAYS_AHEAD, EARLIEST, MAX_COUNT

MAX_NAME = 255  # of each part; repositories of 2021 have names of 250 characters
# control characters, line separators, and those that turn the direction of what follows
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
HUB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
WHOLE_NUMBER = re.compile(r"\d{1,16}")
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},"]', re.DOTALL)
TEXTS = ("pipeline_tag", "library_name", "gated", "sha")
COUNTS = ("downloads", "downloadsAllTime", "likes")
FLAGS = ("private", "disabled")
DATES = ("createdAt", "lastModified")


class NotAList(ValueError):
    """A page that is not one whole JSON list."""


@dataclass(frozen=True)
class Judged:
    """One record: `usable` is None where it was set aside; `problems` say what was left out and why.

    `hub_id` is known for many a record that is set aside: that model was seen, so it is not gone.
    """

    usable: dict[str, Any] | None
    problems: tuple[str, ...]
    hub_id: str | None = None


def split(page: str) -> Iterator[str]:
    """Yield the text of each item of a JSON list, whatever stands inside it. Raises NotAList."""
    depth, start = 0, 0
    for token in TOKENS.finditer(page):
        mark = token.group()
        if mark in "[{":
            depth += 1
            if depth == 1:
                if mark != "[" or page[: token.start()].strip():
                    break
                start = token.end()
        elif mark in "]}":
            depth -= 1
            if depth == 0:
                if page[start : token.start()].strip():
                    yield page[start : token.start()].strip()
                if mark == "]" and not page[token.end() :].strip():
                    return
                break
        elif mark == '"':  # one that is never closed
            break
        elif mark == "," and depth == 1:
            yield page[start : token.start()].strip()
            start = token.end()
    raise NotAList("not one whole JSON list")


def judge(text: str, snapshot_date: date) -> Judged:
    """Return what can be used of one record, as the Hub would have written it."""
    try:
        # numbers stay as they are written: a count of 1e400 or 2.5 is judged, not rounded
        record = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        return Judged(None, ("nested too deeply",))
    except ValueError as error:
        return Judged(None, (f"not JSON: {error}",))
    if not isinstance(record, dict):
        return Judged(None, (f"not an object but {_brief(record)}",))
    problem = _identity_problem(record)
    if problem:
        return Judged(None, (problem,), _plain_hub_id(record))
    problems: list[str] = []
    usable = {"_id": _hub_id(record), "id": record["id"]}
    for name, read in _readers(snapshot_date).items():
        if record.get(name) is None:
            continue
        try:
            usable[name] = read(record[name], problems)
        except ValueError as error:
            problems.append(f"{name} is {_brief(record[name])}{error}")
    return Judged(usable, tuple(problems), usable["_id"])


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


def _identity_problem(record: dict[str, Any]) -> str | None:
    if not is_name(record.get("id")):
        return f"id is {_brief(record.get('id'))}, not a name"
    hub_id = record.get("_id")
    if hub_id is not None and not (isinstance(hub_id, str) and HUB_ID.fullmatch(hub_id)):
        return f"_id is {_brief(hub_id)}, not an identity"
    return None


def _hub_id(record: dict[str, Any]) -> str:
    return str(record["_id"]) if record.get("_id") is not None else f"name:{record['id']}"


Reader = Callable[[Any, list[str]], Any]


def _readers(snapshot_date: date) -> dict[str, Reader]:
    """Return one reader a field. A reader raises ValueError for a value that cannot be used."""
    latest = datetime.combine(snapshot_date + timedelta(days=DAYS_AHEAD), time(), UTC)

    def moment(value: Any, _: list[str]) -> str:
        return _moment(value, latest)

    return {
        **{name: (lambda value, _: _text(value)) for name in TEXTS},
        **{name: (lambda value, _: _count(value)) for name in COUNTS},
        **{name: (lambda value, _: _flag(value)) for name in FLAGS},
        **dict.fromkeys(DATES, moment),
        "trendingScore": lambda value, _: _number(value),
        "tags": _tags,
        "safetensors": _safetensors,
        "baseModels": _base_models,
    }


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
    good = [tag for tag in value if isinstance(tag, str) and _is_text(tag)]
    if len(good) < len(value):
        problems.append(f"{len(value) - len(good)} of {len(value)} tags are not text")
    return good


def _safetensors(value: Any, problems: list[str]) -> dict[str, str] | None:
    if not isinstance(value, dict):
        raise ValueError(", not an object")
    if value.get("total") is None:
        return None
    try:
        return {"total": _count(value["total"])}
    except ValueError as error:
        problems.append(f"safetensors.total is {_brief(value['total'])}{error}")
        return None


def _base_models(value: Any, problems: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("models") or [], list):
        raise ValueError(", not a relation with a list of models")
    parents = value.get("models") or []
    good = [{"_id": _plain_hub_id(parent), "id": parent["id"]} for parent in parents if _is_parent(parent)]
    if len(good) < len(parents):
        problems.append(f"{len(parents) - len(good)} of {len(parents)} base models are not named")
    relation = value.get("relation")
    if not isinstance(relation, str | None) or (relation is not None and not _is_text(relation)):
        problems.append(f"the relation is {_brief(relation)}, not text")
        relation = None
    return {"relation": relation, "models": None if value.get("models") is None else good}


def _is_parent(value: Any) -> bool:
    return isinstance(value, dict) and is_name(value.get("id"))


def _plain_hub_id(record: dict[str, Any]) -> str | None:
    found = record.get("_id")
    return found if isinstance(found, str) and HUB_ID.fullmatch(found) else None


def _is_text(value: str) -> bool:
    """Return whether a text can be written at all (a lone surrogate cannot)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _brief(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
