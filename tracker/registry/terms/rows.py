"""Licences: what a publisher's text allows, row by row and from when, and what each identifier of the Hub stands for.

The class is of the licence on the weights, by what it forbids: who may use them (a line of users or revenue, a
territory), for what, whether for money. It is no legal advice, and says nothing of training data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.registry.cells import any_text, day, day_or_month, filled, https, one_of, optional, pattern
from tracker.registry.read import FileRule, Row
from tracker.words import LICENSE_CLASSES

FILE = "licenses.csv"
TAGS = "license_tags.csv"
UNKNOWN = "unknown"
YES = "yes"

_OPEN_SOURCE = LICENSE_CLASSES[0]
_LIMITS = ("user_threshold", "field_of_use", "territory")


@dataclass(frozen=True)
class License:
    """What holds for a line's own models, or for repositories of a name, from `valid_from` until before `valid_to`.

    Both are a day or a month, which stands for its first day, or empty. With `exception` it speaks even where the Hub's
    tag names a licence.
    """

    pattern: str
    license: str
    license_class: str
    user_threshold: str
    field_of_use: str
    territory: str
    naming: str
    output_training: str
    valid_from: str
    valid_to: str
    exception: bool
    source_url: str
    verified: str
    reviewed_on: str
    notes: str

    @property
    def is_of_a_line(self) -> bool:
        """Whether its pattern is the name of a line, not of repositories."""
        return is_line(self.pattern)


@dataclass(frozen=True)
class LicenseTag:
    """What an identifier of the Hub (`license:apache-2.0`) stands for; class `unknown`: it names no one licence."""

    tag: str
    spdx: str
    license_class: str
    osi_approved: bool
    verified: str
    source_url: str
    reviewed_on: str
    notes: str


def is_line(text: str) -> bool:
    """Return whether a pattern names a line: names of repositories have a namespace."""
    return "/" not in text


def of_row(cells: Mapping[str, str]) -> License:
    """Return the licence that a row says."""
    return License(**{**cells, "exception": cells["exception"] == YES})  # type: ignore[arg-type]


def tag_of_row(cells: Mapping[str, str]) -> LicenseTag:
    """Return the identifier that a row is about."""
    return LicenseTag(**{**cells, "osi_approved": cells["osi_approved"] == YES})  # type: ignore[arg-type]


def rules(verified: tuple[str, ...]) -> Mapping[str, FileRule]:
    """Return the contracts of the two files; folders of before they were written have neither."""
    classes = one_of(*LICENSE_CLASSES, UNKNOWN)
    return {
        FILE: FileRule(
            {
                "pattern": _line_or_pattern,
                "license": filled,
                "license_class": classes,
                **dict.fromkeys((*_LIMITS, "naming", "output_training"), any_text),
                "valid_from": optional(day_or_month),
                "valid_to": optional(day_or_month),
                "exception": optional(one_of(YES)),
                "source_url": https,
                "verified": one_of(*verified),
                "reviewed_on": day,
                "notes": any_text,
            },
            key=("pattern", "valid_from"),
            row_checks=(_class_has_reason, _period, _open_source_limits_nothing, _exception_has_reason),
            required=False,
        ),
        TAGS: FileRule(
            {
                "tag": filled,
                "spdx": any_text,
                "license_class": classes,
                "osi_approved": one_of(YES, "no"),
                "verified": one_of(*verified),
                "source_url": https,
                "reviewed_on": day,
                "notes": any_text,
            },
            key=("tag",),
            row_checks=(_class_has_reason, _open_source_is_approved),
            required=False,
        ),
    }


def _line_or_pattern(text: str) -> str | None:
    return filled(text) if is_line(text) else pattern(text)


def _class_has_reason(row: Row) -> Iterator[str]:
    if row["license_class"] == UNKNOWN and not row["notes"]:
        yield "license_class is unknown, so notes must say what was read and why it gives no answer"


def _period(row: Row) -> Iterator[str]:
    if row["valid_from"] and row["valid_to"] and row["valid_to"] <= row["valid_from"]:
        yield f"valid_to {row['valid_to']} is not after valid_from {row['valid_from']}; it is the first day without it"


def _open_source_limits_nothing(row: Row) -> Iterator[str]:
    limits = [column for column in _LIMITS if row[column]]
    if row["license_class"] == _OPEN_SOURCE and limits:
        yield f"{_OPEN_SOURCE} limits neither who, what for nor where, but {limits[0]} does; correct one of them"


def _exception_has_reason(row: Row) -> Iterator[str]:
    if row["exception"] and not row["notes"]:
        yield "exception is yes, so notes must say what the Hub's tag says and why it is wrong"


def _open_source_is_approved(row: Row) -> Iterator[str]:
    if (row["license_class"] == _OPEN_SOURCE) != (row["osi_approved"] == YES):
        yield f"{_OPEN_SOURCE} is what the Open Source Initiative approved; correct license_class or osi_approved"
