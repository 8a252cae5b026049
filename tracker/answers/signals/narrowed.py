"""What tokens and ratings are listed by and narrowed to: columns of `signal_names`, names bound as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.errors import SettingsError, UnknownName

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


def read(texts: Iterable[str]) -> Sequence[Narrowed]:
    """Return `column=name` texts as conditions, several names of one column as either of them."""
    names: dict[str, list[str]] = {}
    for text in texts:
        column, equals, name = text.partition("=")
        if not equals or not name:
            raise SettingsError(f"{text!r} narrows nothing; write COLUMN=NAME, such as openness=open")
        if column not in COLUMNS:
            raise UnknownName("column of a signal", column, COLUMNS)
        names.setdefault(column, []).append(name)
    return [Narrowed(column, tuple(listed)) for column, listed in names.items()]
