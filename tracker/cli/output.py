"""Print rows: a table for people, or TSV, CSV, JSON, JSON lines, Markdown or Parquet for programs.

stdout is data. What explains the data (definition, coverage, date) ends a table and is in the
JSON; with the other formats it goes to stderr.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import click
import polars as pl

from tracker.cli.options import Output
from tracker.errors import StoreError


class Answer(Protocol):
    """What a question returns: rows, and everything needed to defend them."""

    @property
    def frame(self) -> pl.DataFrame: ...
    @property
    def sql(self) -> str: ...
    @property
    def shares(self) -> Sequence[str]: ...
    def as_json(self) -> dict[str, Any]: ...
    def footer(self) -> list[str]: ...


def emit(answer: Answer, output: Output) -> None:
    """Print the answer in the format asked for, or only its SQL."""
    if output.show_sql:
        _write(answer.sql.rstrip() + "\n", output.path)
    elif output.format == "json":
        _write(json.dumps(answer.as_json(), default=_plain, ensure_ascii=False, indent=1) + "\n", output.path)
    else:
        emit_rows(answer.frame, output, footer=answer.footer(), shares=answer.shares)


def emit_rows(
    frame: pl.DataFrame,
    output: Output,
    *,
    sql: str | None = None,
    footer: Sequence[str] = (),
    shares: Sequence[str] = (),
) -> None:
    """Print a frame; `sql` joins the rows in JSON, `footer` lines end a table (elsewhere they go to stderr).

    People see the columns `shares`, and those that are named as a share, in per cent; programs see parts of 1.
    """
    if output.format == "table":
        _write(_table(frame, output.path, shares) + "".join(f"{line}\n" for line in footer), output.path)
        return
    if output.format == "parquet":
        assert output.path is not None
        frame.write_parquet(output.path)
    else:
        _write(_text(frame, output.format, sql, shares), output.path)
    if not output.quiet:
        for line in footer:
            click.echo(line, err=True)


def _text(frame: pl.DataFrame, format_name: str, sql: str | None, shares: Sequence[str]) -> str:
    if format_name == "json":
        body = {"rows": frame.to_dicts()} | ({} if sql is None else {"sql": sql})
        return json.dumps(body, default=_plain, ensure_ascii=False, indent=1) + "\n"
    if format_name == "jsonl":
        return "".join(
            json.dumps(row, default=_plain, ensure_ascii=False) + "\n" for row in frame.iter_rows(named=True)
        )
    if format_name == "markdown":
        return _markdown(frame, shares)
    buffer = io.StringIO()
    _flat(frame).write_csv(buffer, separator="\t" if format_name == "tsv" else ",")
    return buffer.getvalue()


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with lists and structs as JSON text, since CSV holds only scalars."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    as_json = [
        pl.Series(
            name, [None if v is None else json.dumps(v, default=_plain) for v in frame[name].to_list()], pl.String
        )
        for name in nested
    ]
    return frame.with_columns(as_json)


def _markdown(frame: pl.DataFrame, shares: Sequence[str]) -> str:
    def row(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"

    align = ["---:" if kind.is_numeric() else "---" for kind in frame.dtypes]
    body = "".join(row(_cells(each, shares)) for each in frame.iter_rows(named=True))
    return row(frame.columns) + row(align) + body


def _table(frame: pl.DataFrame, path: Path | None, shares: Sequence[str]) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows(named=True):
        table.add_row(*map(Text, _cells(row, shares)))  # Text: Hub names are no markup
    on_terminal = path is None and sys.stdout.isatty()
    buffer = io.StringIO()
    width = None if on_terminal else int(os.environ.get("COLUMNS", "160"))
    console = Console(file=buffer, force_terminal=on_terminal, width=width)
    console.print(table)
    return buffer.getvalue()


def _cells(row: Mapping[str, Any], shares: Sequence[str]) -> Iterator[str]:
    """Yield the cells of a row as people read them."""
    return (_human("share" if name in shares else name, value) for name, value in row.items())


def _human(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return _human_float(name, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    text = _plain(value) if not isinstance(value, str) else value
    text = text if isinstance(text, str) else json.dumps(text, default=_plain, ensure_ascii=False)
    return clean(text)


def clean(text: str) -> str:
    """Return a stranger's text without characters that a terminal would obey."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _human_float(name: str, value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if name in ("share", "low", "high", "distance") or name.endswith("_share"):
        return f"{value:.1%}"
    if name == "change":  # relative to the night compared with
        return f"{value:+.1%}"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _write(text: str, path: Path | None) -> None:
    if path is None:
        click.echo(text, nl=False)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error


def emit_json(body: Mapping[str, Any], output: Output) -> None:
    """Print one JSON object."""
    _write(json.dumps(body, default=_plain, ensure_ascii=False, indent=1) + "\n", output.path)


def emit_text(text: str, output: Output) -> None:
    """Print text as it is."""
    _write(text, output.path)
