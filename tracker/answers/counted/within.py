"""What an answer is narrowed to: `publisher_country=US`, `family=Qwen`; several names of one column are either of them.

What is said of a model narrows the models that are counted; what is said of a base narrows the credit to such bases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.answers import names, whereabouts
from tracker.answers.counted.grouping import GROUPS, NAMESPACE
from tracker.errors import SettingsError, UnknownName, alike
from tracker.words import BULK_UPLOAD, GROUP_ALIASES, UPLOADS

if TYPE_CHECKING:
    from tracker.store import Published

SINGLY = UPLOADS[0]
# the models that came with a bulk upload
IN_BULK = (
    "select bulk.model_key from models as bulk join night_labels as label on label.publisher = bulk.publisher "
    "and epoch(bulk.created_at) >= epoch(label.first_day::timestamp) "
    "and epoch(bulk.created_at) < epoch((label.last_day + 1)::timestamp) "
    f"where label.label = '{BULK_UPLOAD}'"
)
# column -> what a row of models says of it
MODEL_SIDE: Mapping[str, str] = {
    "publisher": "publisher",
    "publisher_organization": "publisher_organization",
    "publisher_country": "publisher_country",
    "relation": "coalesce(relation, 'undeclared')",
    "library_name": "coalesce(library_name, 'undeclared')",
    "pipeline_tag": "coalesce(pipeline_tag, 'undeclared')",
    "license": "coalesce(license, 'undeclared')",
    "license_class": "coalesce(license_class, 'unreviewed')",
    "size_class": "{size_class}",
}
# column -> the condition that a base of one of {names} fulfils
BASE_SIDE: Mapping[str, str] = {
    "family": "based.family in ({names})",
    "line": "based.line in ({names})",
    "developer": "based.developer in ({names})",
    "origin_country": "based.origin_country in ({names})",
    "region": "based.origin_country in (select country from countries where region in ({names}))",
    "base_publisher": f"({NAMESPACE} in (select namespace from organizations where organization in ({{names}})) "
    f"or {NAMESPACE} in ({{names}}))",
    "base_namespace": f"{NAMESPACE} in ({{names}})",
    "built_on": f"{NAMESPACE} in ({{names}})",
}
BUILT_ON = "built_on"  # the publisher of a base, by namespace
UPLOAD = "upload"  # singly or in bulk: one account, thousands of models within days
COLUMNS = (*GROUPS, BUILT_ON, UPLOAD)


@dataclass(frozen=True)
class Within:
    """One column and the names that count."""

    column: str
    names: tuple[str, ...]

    @property
    def is_of_base(self) -> bool:
        """Whether it speaks of what a model is built on, which is not known of all."""
        return self.column in BASE_SIDE

    @property
    def values(self) -> dict[str, str]:
        """What its condition binds."""
        if self.column == UPLOAD:
            return {}
        return {f"{self.column}_{number}": name for number, name in enumerate(self.names, 1)}

    @property
    def condition(self) -> str:
        """The condition as SQL, of a row of models or of a base."""
        bound = ", ".join(f"${name}" for name in self.values)
        if self.column == UPLOAD:
            return _uploaded(self.names)
        if self.is_of_base:
            return BASE_SIDE[self.column].replace("{names}", bound)
        return f"{MODEL_SIDE[self.column]} in ({bound})"

    def __str__(self) -> str:
        if self.column == UPLOAD:
            return f"upload {' or '.join(self.names)}"
        kind = "built on models of" if self.column == BUILT_ON else whereabouts.kind(self.column)
        return f"{kind} {' or '.join(self.names)}"


def read(published: Published, asked: Iterable[str]) -> tuple[Within, ...]:
    """Return what `COLUMN=NAME` texts ask for, spelled as the copy spells it, one for each column in one order.

    Raises SettingsError for a column that is none, and UnknownName for a name that nothing is called by.
    """
    found: dict[str, list[str]] = {}
    for text in asked:
        column, name = _split(text)
        found.setdefault(column, []).append(name)
    return tuple(_resolved(published, column, found[column]) for column in COLUMNS if column in found)


def values(within: Sequence[Within]) -> dict[str, str]:
    """Return all that their conditions bind."""
    return {name: value for each in within for name, value in each.values.items()}


def told(within: Sequence[Within]) -> str:
    """Return them as they follow a plural: ` with publisher country US or CN and family Qwen`."""
    held = [str(each) for each in within if each.column != BUILT_ON]
    built = [str(each) for each in within if each.column == BUILT_ON]
    return "".join([f" with {' and '.join(held)}"] * bool(held) + [f" {each}" for each in built])


def texts(within: Sequence[Within]) -> list[str]:
    """Return them as they are asked for."""
    return [f"{each.column}={name}" for each in within for name in each.names]


def of_base(within: Sequence[Within]) -> tuple[Within, ...]:
    """Return those that speak of what a model is built on."""
    return tuple(each for each in within if each.is_of_base)


def _split(text: str) -> tuple[str, str]:
    column, separator, name = (part.strip() for part in text.partition("="))
    column = column.lower().replace("-", "_")
    column = GROUP_ALIASES.get(column, column)
    if column not in COLUMNS or not separator or not name:
        close = alike(column, COLUMNS)
        hint = f"did you mean {' or '.join(close)}? " if close and column not in COLUMNS else ""
        raise SettingsError(f"{text!r} narrows nothing: {hint}Write COLUMN=NAME, by one of {', '.join(COLUMNS)}")
    return column, name


def _uploaded(how: Sequence[str]) -> str:
    """Return the condition that a model was uploaded in these ways."""
    if set(how) == set(UPLOADS):
        return "true"
    return f"model_key {'not ' if SINGLY in how else ''}in ({IN_BULK})"


def _resolved(published: Published, column: str, given: Sequence[str]) -> Within:
    if column == UPLOAD:
        if not published.has("night_labels"):
            raise SettingsError("this copy was published before bulk uploads were told; publish it again to ask this")
        for name in given:
            if name not in UPLOADS:
                raise UnknownName("way of uploading", name, UPLOADS)
        return Within(column, tuple(given))
    if column == BUILT_ON:
        return Within(column, names.namespaces(published, given))
    spelt = names.resolve(published, column, given)
    names.check(published, column, spelt, ())
    return Within(column, spelt)
