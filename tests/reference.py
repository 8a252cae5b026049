"""The tables of docs/reference.md: what there is of everything that is one file or one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

import click

from tracker import charts, checks, columns, measures, sources
from tracker.cli import COMMANDS, cli
from tracker.store.publish import annotated


def commands() -> str:
    """Every command with its summary."""
    found = [(name, cli.get_command(click.Context(cli), name)) for name in sorted(COMMANDS)]
    return as_table(
        ("command", "what it does"), [(f"`tracker {name}`", _summary(each)) for name, each in found if each]
    )


def measures_() -> str:
    """Every measure with its grain, unit, denominator and parameters."""
    found = map(measures.load, measures.names())
    return as_table(
        ("measure", "what it counts", "grain", "unit", "of", "parameters"),
        [(f"`{each.name}`", each.title, each.grain, each.unit, each.denominator, _parameters(each)) for each in found],
    )


def _parameters(measure: measures.Measure) -> str:
    return ", ".join(f"`{each.name}`" for each in measure.parameters)


def checks_() -> str:
    """Every rule that `tracker doctor` holds a published copy to."""
    return as_table(("check", "rule"), [(f"`{each.name}`", each.title) for each in map(checks.load, checks.names())])


def charts_() -> str:
    """Every chart."""
    return as_table(("chart", "what it shows"), [(f"`{name}`", charts.find(name).TITLE) for name in charts.names()])


def sources_() -> str:
    """Every source, with what may leave the machine."""
    return as_table(
        ("source", "title", "licence", "use rights", "asked every"),
        [
            (
                f"`{sources.name_of(each)}`",
                each.TITLE,
                each.LICENCE,
                each.USE_RIGHTS,
                "once" if sources.is_archive(each) else _hours(each.CADENCE),
            )
            for each in sources.found().all
        ],
    )


def families() -> str:
    """Every published column that names a family or a line, with whose it is."""
    files = ("published.sql", "published_views.sql", "record_views.sql")
    found = [(each.name, column) for name in files for each in annotated.relations(name) for column in each.columns]
    return as_table(
        ("table", "column", "meaning"),
        [
            (f"`{table}`", f"`{column.name}`", column.comment)
            for table, column in found
            if column.name.rpartition("_")[2] in ("family", "line") and not table.startswith("open_")
            if not table.endswith(("_rows", "_variants"))  # what stands behind views, or beside one in the same words
        ],
    )


def columns_() -> str:
    """Every column of the Hub's list that is collected."""
    return as_table(
        ("column", "the Hub's field", "type", "meaning"),
        [(f"`{each.name}`", f"`{each.field}`", each.sql_type, each.comment) for each in columns.COLUMNS],
    )


def _hours(cadence: timedelta) -> str:
    return f"{cadence.total_seconds() / 3600:g} h"


def _summary(command: click.Command) -> str:
    return command.get_short_help_str(limit=200)


def as_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


MAKERS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "sources": sources_,
    "measures": measures_,
    "charts": charts_,
    "checks": checks_,
    "families": families,
    "columns": columns_,
}

if __name__ == "__main__":
    print("\n".join(maker() for maker in MAKERS.values()))
