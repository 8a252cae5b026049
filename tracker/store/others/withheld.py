"""What a copy has that may not leave this machine, where others ask it: the same that an export leaves out.

Tables of a source whose rows stay are read by nobody from outside, and neither are their files; sums over them are.
Nights whose rows stay stand among others: SQL of strangers meets views without them (`laid`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import QueryRefused
from tracker.sql import sealed
from tracker.sql.connect import Connection
from tracker.sql.foreign.limits import Opening
from tracker.store.others import laid
from tracker.store.vintages import shown
from tracker.store.vintages.saved import FOLDER

_NAMING = {"model", "model_id", "slug", "name"}  # columns that name one row of a source
_LAYS = re.compile(r"(?:create or replace temp view|comment on (?:view|column|table)) (\w+)", re.IGNORECASE)
_RECONSTRUCTED = (
    "SQL is not served of a reconstructed day, where nights are among it that may not leave; ask the newest"
)
_UNTOLD = "SQL is not served of this copy: it does not tell which of its nights may leave; run `tracker publish`"
NAMES = "signal_names"  # what rows of all signals are called by their sources


@dataclass(frozen=True)
class Withheld:
    """Tables that nobody reads from outside, each with the reason; their sources; what is laid over all others."""

    tables: Mapping[str, str]
    sources: frozenset[str]
    barred: frozenset[str]  # tables of which not even sums leave
    views: Sequence[str]
    refused: str | None = None  # why no statement of a stranger is run at all

    @classmethod
    def read(cls, connection: Connection, data_dir: Path, *, is_reconstructed: bool = False) -> Withheld:
        """Read it of the copy that is attached as `tracker` and in use; `data_dir` has its files.

        One that `is_reconstructed` has other views laid over it already, and so has one of before rights were told.
        """
        stays = [each for each in shown.shown(connection, "tracker") if each.files and not each.may_leave]
        tables = {
            name: f"{name} is not served: rows of {each.source} "
            + shown.WHY[each.use_rights].format(licence=each.licence)
            for each in stays
            for name in (each.name, f"{each.name}_current")
        }
        barred = frozenset(
            name for each in stays if each.use_rights == "none" for name in (each.name, f"{each.name}_current")
        )
        sources = frozenset(each.source for each in stays)
        if not laid.tells_rights(connection):
            foreign = laid.has_other_nights(connection)
            return cls(tables, sources, barred, (), _UNTOLD if foreign else None)
        views = laid.statements(connection, data_dir)
        return cls(tables, sources, barred, views, _RECONSTRUCTED if views and is_reconstructed else None)

    @property
    def told(self) -> tuple[str, ...]:
        """Every reason, and what is laid."""
        return (*self.tables.values(), *self.views)

    def require_sums(self, sql: str, columns: Collection[str]) -> None:
        """Raise QueryRefused where what a statement of ours gives are rows that stay, and no sums of them."""
        read = set(re.findall(r"\w+", sql)) & set(self.tables)
        if read and (_NAMING & set(columns) or read & self.barred):
            raise QueryRefused(self.tables[min(read)])

    def opening(self, whole: Opening) -> Opening:
        """Return how a copy is opened for the statement of a stranger. Raises QueryRefused where it is for none."""
        if self.refused:
            raise QueryRefused(self.refused)
        names = dict(self.tables)
        if names:
            names[NAMES] = f"{NAMES} is not served: it names rows of {', '.join(sorted(self.sources))}, which stay here"
        database, *folders = [place for each in whole.readable for place in self._kept(each)]
        seal = sealed.statements(folders)
        kept = [each for each in whole.statements[: -len(seal)] if not self._is_of_what_stays(each)]
        opened = [*kept, *self.views, *seal]
        return Opening(opened, [database, *folders], names, is_laid=bool(self.views))

    def _is_of_what_stays(self, statement: str) -> bool:
        """Return whether a statement lays a view over files that stay, which cannot be opened."""
        found = _LAYS.match(statement)
        return found is not None and found[1] in self.tables

    def _kept(self, place: Path) -> Sequence[Path]:
        if not self.sources or place.name != FOLDER or not place.is_dir():
            return [place]
        return [each for each in sorted(place.iterdir()) if each.name not in self.sources]
