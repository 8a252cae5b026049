"""Delete what no kept generation needs: old generations, and files beside them that were replaced."""

from __future__ import annotations

from pathlib import Path

from tracker.sql.connect import Connection, rows, transaction


def replaced(connection: Connection) -> list[str]:
    """Return the files that were replaced and are not deleted yet."""
    return [file for (file,) in rows(connection, "select file from retired_files order by file")]


def retire(connection: Connection, data_dir: Path, *, generation: int, oldest_kept: int) -> None:
    """Delete the generations before `oldest_kept`, then replaced files that only those named.

    A file that was replaced before `generation` was built is named by the generations before it: it goes
    once they are all gone.
    """
    for path in data_dir.glob("tracker-*.duckdb"):
        number = path.stem.rpartition("-")[2]
        if number.isdigit() and int(number) < oldest_kept:
            path.unlink()
    with transaction(connection):
        connection.execute(
            "update retired_files set generation = $generation where generation is null", {"generation": generation}
        )
        unused = rows(
            connection,
            """
            select file from retired_files
            where generation <= $oldest
              and file not in (
                select file from nights union all select file from months union all select file from rollup_months
              )
            """,
            {"oldest": oldest_kept},
        )
        connection.execute("delete from retired_files where generation <= $oldest", {"oldest": oldest_kept})
    for (name,) in unused:
        path = data_dir / name
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
