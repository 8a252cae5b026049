"""Which nights of the record may leave the machine: rows of an archive leave as its use rights say, and no others.

A night of a source whose rows may not leave stays, and so does all that its rows alone tell of a model. What is summed
over many models leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracker.sql.connect import Connection, parquet, rows
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.store.record.archive import Listing, Nights
from tracker.store.vintages import shown
from tracker.words import several

_NIGHTS = f"""
select n.file, n.source, coalesce(s.use_rights, 'none'), coalesce(s.licence, '')
from tracker.nights as n
left join tracker.source_facts as s on s.name = n.source
where n.source <> '{OWN_SOURCE}' and coalesce(s.use_rights, 'none') <> 'rows'
order by n.snapshot_date
"""
_TELLS_SOURCES = "select 1 from duckdb_tables() where database_name = 'tracker' and table_name = 'source_facts'"


@dataclass(frozen=True)
class Leaving:
    """The nights that leave, with their files, and the sentence for each source whose nights stay."""

    nights: Nights
    stays: tuple[str, ...]  # files
    told: tuple[str, ...]

    @classmethod
    def read(cls, connection: Connection, listing: Listing) -> Leaving:
        """Read what leaves of the copy that is attached as `tracker`."""
        # a copy of before sources were told in it has nights of ours alone
        found = rows(connection, _NIGHTS) if rows(connection, _TELLS_SOURCES) else []
        stays = {file for file, *_ in found}
        counted: dict[tuple[str, str, str], int] = {}
        for _, source, rights, licence in found:
            counted[source, rights, licence] = counted.get((source, rights, licence), 0) + 1
        told = (
            f"left out {several(count, 'night')} of {source}, and models that they alone show: its rows "
            f"{shown.WHY[rights].format(licence=licence)}"
            for (source, rights, licence), count in counted.items()
        )
        return cls(tuple(each for each in listing.nights if each[1] not in stays), tuple(sorted(stays)), tuple(told))

    @property
    def nightly(self) -> list[str]:
        """The files."""
        return [file for _, file in self.nights]

    def note_models(self, connection: Connection, data_dir: Path) -> None:
        """Leave the temporary table `leaving_models`, where not all leave: those that a night which leaves shows."""
        if self.stays:
            files = [data_dir / name for name in self.nightly]
            connection.execute(
                f"create or replace temp table leaving_models as select distinct model_key from {parquet(files)}"
            )

    def of(self, source: str, columns: list[str]) -> str:
        """Return a table expression over the rows of another that leave."""
        if not self.stays:
            return source
        if "model_key" in columns:
            of_models = "model_key is null or model_key in (select model_key from temp.leaving_models)"
            return f"(from {source} where {of_models})"
        if {"snapshot_date", "source", "file"} <= set(columns):  # the nights themselves: sums leave, files do not
            stays = ", ".join(f"'{name}'" for name in self.stays)
            return f"(select * replace (if(file in ({stays}), null, file) as file) from {source})"
        return source
