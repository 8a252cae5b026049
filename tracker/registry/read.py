"""Read one registry file: form first (encoding, line ends, header, order), then each cell by its rule.

Nothing is raised of what a file says. It is read as far as it can be, and every problem found becomes one
`path:line: message`, so that one run of the checker shows a newcomer all that is to be mended.
"""

from __future__ import annotations

import csv
import io
import os
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import tracker
from tracker import disk
from tracker.errors import RegistryError
from tracker.registry.cells import Check

PACKAGED = "_registry"  # its name inside an installed wheel


class Problem(NamedTuple):
    """One thing that is wrong, where it stands, and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Row:
    """One line of a registry file: where it stands and its cells by column."""

    path: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def says(self, message: str) -> Problem:
        """Return `message` with the place of this row."""
        return Problem(self.path, self.line, message)


RowCheck = Callable[[Row], Iterable[str]]


@dataclass(frozen=True)
class FileRule:
    """The contract of one file: its columns with the check of each, its key, and checks of a whole row.

    Rows stand sorted by `key`, ignoring case, and no two have the same key. `former` gives the present name of a
    column that earlier versions called otherwise, `later` the columns that they had not, with what a row says that
    lacks them: such a header is read as well.
    """

    columns: Mapping[str, Check]
    key: tuple[str, ...]
    row_checks: tuple[RowCheck, ...] = ()
    required: bool = True
    former: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Sheet:
    """What could be read of one file, and everything that is wrong with it."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def bytes_of(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none. Raises RegistryError where it cannot be read."""
    try:
        return disk.read_bytes(path) if disk.has_file(path) else None
    except OSError as error:
        raise RegistryError([f"{path}:1: cannot be read: {disk.told(error)}"]) from error


def read_file(path: Path, rule: FileRule) -> Sheet:
    """Read and check one file; a missing optional file is an empty sheet."""
    return read(path, bytes_of(path), rule)


def read(path: Path, raw: bytes | None, rule: FileRule) -> Sheet:
    """Check what a file held; its path is what problems name."""
    sheet = Sheet()
    if raw is None:
        if rule.required:
            sheet.problems.append(
                Problem(str(path), 1, f"this file is missing; its first line is {','.join(rule.columns)}")
            )
        return sheet
    text = _decode(path, raw, sheet)
    _read_rows(path, text, rule, sheet)
    for row in sheet.rows:
        sheet.problems += _check_row(row, rule)
    sheet.problems += _check_order(sheet.rows, rule.key)
    return sheet


def rows_as_they_stand(path: Path, rule: FileRule) -> tuple[list[str], list[list[str]]]:
    """Return the header of a file and its rows, each of as many cells, whatever these say.

    Raises RegistryError where it is not readable as such rows.
    """
    sheet = Sheet()
    text = _decode(path, bytes_of(path) or b"", sheet)
    _read_rows(path, text, rule, sheet)
    if sheet.problems:
        raise RegistryError([str(problem) for problem in sheet.problems])
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def _decode(path: Path, raw: bytes, sheet: Sheet) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        sheet.problems.append(Problem(str(path), line, "not UTF-8 here; save the file as UTF-8"))
        text = raw.decode("utf-8", errors="replace")
    if text.startswith("\ufeff"):
        sheet.problems.append(Problem(str(path), 1, "starts with a byte order mark; save as UTF-8 without BOM"))
        text = text[1:]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        sheet.problems.append(Problem(str(path), line, "has carriage returns; save with LF line ends"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        sheet.problems.append(
            Problem(str(path), text.count(chr(10)) + 1, "the last line does not end in a line break; add one")
        )
    return text


def _read_rows(path: Path, text: str, rule: FileRule, sheet: Sheet) -> None:
    columns = list(rule.columns)
    reader = csv.reader(io.StringIO(text), strict=True)
    line = 1
    header: list[str] = []
    try:
        for cells in reader:
            if line == 1:
                header = [rule.former.get(cell, cell) for cell in cells]
            if line == 1 and not _is_header(header, rule):
                sheet.problems.append(
                    Problem(str(path), 1, f"the header is {','.join(cells)}; it must be {','.join(columns)}")
                )
                return
            if line > 1:
                _read_row(Row(str(path), line, _cells(header, cells, rule)), cells, header, sheet)
            line = reader.line_num + 1
    except csv.Error as error:
        sheet.problems.append(
            Problem(str(path), line, f"not readable as CSV ({error}); look at the quotes of this line")
        )
    if line == 1:
        sheet.problems.append(Problem(str(path), 1, f"the file is empty; its first line is {','.join(columns)}"))


def _is_header(header: list[str], rule: FileRule) -> bool:
    """Return whether a header has all columns, those that came later or none of these, in their order."""
    lacking = set(rule.columns) - set(header)
    return lacking <= set(rule.later) and header == [column for column in rule.columns if column not in lacking]


def _cells(header: list[str], cells: list[str], rule: FileRule) -> dict[str, str]:
    """Return the cells of a row by column, those that its file does not have yet included."""
    lacking = {column: text for column, text in rule.later.items() if column not in header}
    return {**dict(zip(header, cells, strict=False)), **lacking}


def _read_row(row: Row, cells: list[str], columns: list[str], sheet: Sheet) -> None:
    if not cells:
        sheet.problems.append(row.says("blank line; delete it"))
    elif len(cells) != len(columns):
        sheet.problems.append(
            row.says(
                f"{len(cells)} cells, the header has {len(columns)}; put a cell that holds a comma in double quotes"
            )
        )
    else:
        sheet.rows.append(row)


def _check_row(row: Row, rule: FileRule) -> Iterator[Problem]:
    for column, check in rule.columns.items():
        text = row[column]
        wrong = check(text)
        if text != text.strip():
            yield row.says(f"{column} has blanks at its start or end; remove them")
        elif "\n" in text:
            yield row.says(f"{column} has a line break inside; write it on one line")
        elif wrong:
            yield row.says(f"{column} {wrong}")
    for row_check in rule.row_checks:
        for message in row_check(row):
            yield row.says(message)


def sort_key(row: Row, key: tuple[str, ...]) -> tuple[str, ...]:
    """Return what rows are sorted by: the key columns, ignoring case."""
    return tuple(row[column].casefold() for column in key)


def _check_order(rows: list[Row], key: tuple[str, ...]) -> Iterator[Problem]:
    names = " and ".join(key)
    first: dict[tuple[str, ...], Row] = {}
    highest: list[tuple[tuple[str, ...], int]] = []  # rows behind which all before them belong, with their lines
    for row in rows:
        this = sort_key(row, key)
        if this in first:
            yield row.says(f"says again what line {first[this].line} says (same {names}, ignoring case); keep one row")
        elif highest and this < highest[-1][0]:
            line = highest[bisect(highest, this, key=itemgetter(0))][1]
            yield row.says(
                f"out of order: rows stand sorted by {names}, ignoring case; it belongs before line {line}: run "
                "`tracker registry sort`"
            )
        else:
            highest.append((this, row.line))
        first.setdefault(this, row)


def default_directory() -> Path:
    """Return the registry that ships with the package: inside an installed wheel, else data/registry beside it."""
    package = Path(tracker.__file__).parent
    packaged = package / PACKAGED
    return packaged if packaged.is_dir() else package.parent / "data" / "registry"


def is_there(directory: Path | str | None) -> bool:
    """Return whether there is a folder of that name that may be read; what is in it may be wrong."""
    return os.access(chosen(directory), os.R_OK | os.X_OK) and chosen(directory).is_dir()


def chosen(directory: Path | str | None) -> Path:
    """Return the folder that is named, else the one that ships with the package."""
    return default_directory() if directory is None else Path(directory)
