"""Print rows: a table for people, or TSV, CSV, JSON, JSON lines, Markdown or Parquet for programs.

stdout is data. What explains the data (definition, coverage, date, id) ends a table, is in the JSON and in the
metadata of a Parquet file, and ends Markdown in short; with every format but the first two it goes to stderr as well.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import polars as pl

from tracker.api import Answer, Rows, plain
from tracker.cli.options import Output
from tracker.errors import StoreError


def emit(rows: Rows, output: Output) -> None:
    """Print rows in the format asked for, with their footer at the end of a table and on stderr elsewhere."""
    if output.show_sql and rows.shown_sql is not None:
        _write(rows.shown_sql.rstrip() + "\n", output.path)
    elif output.cite and isinstance(rows, Answer):
        _write(rows.cite(), output.path)
    elif output.format == "json":
        emit_json(rows.as_json(), output)
    elif output.format == "table":
        _write(rows.as_text(on_terminal=output.path is None and sys.stdout.isatty()), output.path)
    else:
        _emit_data(rows, output)
        for line in [] if output.quiet else rows.footer():
            click.echo(line, err=True)


def emit_json(body: Mapping[str, Any], output: Output) -> None:
    """Print one JSON object."""
    _write(json.dumps(body, default=plain, ensure_ascii=False, indent=1) + "\n", output.path)


def emit_text(text: str, output: Output) -> None:
    """Print text as it is."""
    _write(text, output.path)


def _emit_data(rows: Rows, output: Output) -> None:
    if output.format == "parquet":
        assert output.path is not None
        rows.frame.write_parquet(output.path, metadata=_file_metadata(rows))
    elif output.format == "jsonl":
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows.plain_rows)
        _write("".join(lines), output.path)
    elif output.format == "markdown":
        _write(rows.as_markdown(), output.path)
    else:
        buffer = io.StringIO()
        _flat(rows.seen).write_csv(buffer, separator="\t" if output.format == "tsv" else ",")
        _write(buffer.getvalue(), output.path)


def _file_metadata(rows: Rows) -> dict[str, str]:
    """Return what a Parquet file says of its rows, as JSON under the key `tracker`."""
    return {"tracker": json.dumps(rows.head(), default=plain, ensure_ascii=False)}


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with lists and structs as JSON text, since CSV holds only scalars."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    as_json = [
        pl.Series(name, [None if v is None else json.dumps(plain(v)) for v in frame[name].to_list()], pl.String)
        for name in nested
    ]
    return frame.with_columns(as_json)


def _write(text: str, path: Path | None) -> None:
    if path is None:
        click.echo(text, nl=False)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
