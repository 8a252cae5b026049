"""Print rows: a table for people, or TSV, CSV, JSON, JSON lines, Markdown or Parquet for programs.

stdout is data. What explains the data (definition, coverage, date, id) ends a table, is in the JSON and in the
metadata of a Parquet file, and ends Markdown in short; with every format but the first two it goes to stderr as well.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tracker import disk, terminal
from tracker.api import Answer, Rows, plain, separated
from tracker.cli import stdout
from tracker.cli.options import Output
from tracker.errors import StoreError


def emit(rows: Rows, output: Output) -> None:
    """Print rows in the format asked for, with their footer at the end of a table and on stderr elsewhere."""
    if output.show_sql and rows.shown_sql is not None:
        _write_data(rows.shown_sql.rstrip() + "\n", output)
    elif output.cite and isinstance(rows, Answer):
        emit_text(rows.cite(), output)
    elif output.format == "json":
        emit_json(rows.as_json(), output)
    elif output.format == "table":
        _emit_table(rows, output)
    else:
        _emit_data(rows, output)
        for line in [] if output.quiet else rows.footer():
            click.echo(terminal.clean(line), err=True)


def emit_json(body: Mapping[str, Any], output: Output) -> None:
    """Print one JSON object."""
    _write_data(_json(body, output, indent=1), output)


def emit_text(text: str, output: Output) -> None:
    """Print text for people."""
    if output.path is None:
        stdout.write(terminal.clean_lines(text))
    else:
        _write_file(text.encode(), output.path)


def _emit_table(rows: Rows, output: Output) -> None:
    """Print a table: on a terminal as wide as that, and of no more rows than are read."""
    more = f"see all with {f'--rows {rows.table.height}, ' if output.has_rows else ''}| less or -o FILE.csv"
    if output.path is not None:
        _write_file(rows.as_text(most=output.most_rows, more=more).encode(), output.path)
        return
    text = rows.as_text(room=terminal.width(), most=output.most_rows, more=more, on_terminal=terminal.is_there())
    stdout.write(text)


def _emit_data(rows: Rows, output: Output) -> None:
    if output.format == "parquet":
        assert output.path is not None
        buffer = io.BytesIO()
        rows.frame.write_parquet(buffer, metadata=_file_metadata(rows))
        _write_file(buffer.getvalue(), output.path)
    elif output.format == "jsonl":
        _write_data("".join(_json(row, output) for row in rows.plain_rows), output)
    elif output.format == "markdown":
        emit_text(rows.as_markdown(), output)
    else:
        _write_data(separated(rows.seen, "\t" if output.format == "tsv" else ","), output)


def _json(body: Mapping[str, Any], output: Output, indent: int | None = None) -> str:
    """Return one JSON object and a line end, in ASCII where stdout may lack letters."""
    is_plain = output.path is None and not stdout.has_every_letter()
    return json.dumps(body, default=plain, ensure_ascii=is_plain, indent=indent) + "\n"


def _file_metadata(rows: Rows) -> dict[str, str]:
    """Return what a Parquet file says of its rows, as JSON under the key `tracker`."""
    return {"tracker": json.dumps(rows.head(), default=plain, ensure_ascii=False)}


def _write_data(text: str, output: Output) -> None:
    if output.path is not None:
        _write_file(text.encode(), output.path)
    else:
        stdout.write(terminal.clean_lines(text) if terminal.is_there() else text, is_data=True)


def _write_file(content: bytes, path: Path) -> None:
    try:
        disk.write(path, content)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {disk.told(error)}") from error
