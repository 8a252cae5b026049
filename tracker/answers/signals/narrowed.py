"""What tokens and ratings are listed by and narrowed to: columns of `signal_names`, names bound as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.answers.names import check, resolve
from tracker.errors import SettingsError, UnknownName

if TYPE_CHECKING:
    from tracker.store import Published

# list -> column of signal_names; countries are those of the maker where the publisher's are asked
LISTS = {
    "families": "family",
    "lines": "line",
    "developers": "developer",
    "countries": "origin_country",
    "models": "model",
    "openness": "openness",
}
COLUMNS = ("family", "line", "developer", "origin_country", "maker", "maker_country", "openness", "license_class")
NO_ANSWER = ("unknown", "unreviewed", "hidden")


@dataclass(frozen=True)
class Narrowed:
    """One column and the names that count, with the names that its condition binds."""

    column: str
    names: tuple[str, ...]

    @property
    def values(self) -> dict[str, str]:
        """What its condition binds."""
        return {f"{self.column}_{number}": name for number, name in enumerate(self.names, 1)}

    def condition(self, row: str = "n") -> str:
        """Return the condition as SQL, of a row of `signal_names` that is called so."""
        return f"{row}.{self.column} in ({', '.join(f'${name}' for name in self.values)})"


def column_of(of: str | None, country: str, default: str = "families") -> str:
    """Return the column that a list names; raise UnknownName for one that signals do not have."""
    asked = of or default
    if asked not in LISTS:
        raise UnknownName("list of a signal", asked, LISTS)
    return "maker_country" if asked == "countries" and country == "publisher" else LISTS[asked]


def read(published: Published, texts: Iterable[str]) -> Sequence[Narrowed]:
    """Return `column=name` texts as conditions, several names of one column as either of them.

    Raises UnknownName for a column that signals do not have, and for a name that nothing is called by.
    """
    names: dict[str, list[str]] = {}
    for text in texts:
        column, equals, name = text.partition("=")
        if not equals or not name:
            raise SettingsError(f"{text!r} narrows nothing; write COLUMN=NAME, such as openness=open")
        if column not in COLUMNS:
            raise UnknownName("column of a signal", column, COLUMNS)
        names.setdefault(column, []).append(name)
    found = {column: spelt(published, column, listed) for column, listed in names.items()}
    for column, listed_so in found.items():
        check(published, column, [each for each in listed_so if each not in NO_ANSWER], ())
    return [Narrowed(column, listed_so) for column, listed_so in found.items()]


_MODELS = "select distinct model from signal_names where lower(model) = lower($name) order by model"


def spelt(published: Published, column: str, given: Iterable[str]) -> tuple[str, ...]:
    """Return names as the copy spells them; of a model each spelling, since every source has its own."""
    if column != "model":
        return resolve(published, column, tuple(given))
    found = [published.table(_MODELS, {"name": name})["model"] or [name] for name in given]
    return tuple(dict.fromkeys(name for names in found for name in names))
