"""Edit the registry's files so that they stay right: put a row where it belongs, sort what stands out of order.

Nothing is written of a row that would be a problem, nor where a file could not be read as it stands.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker import files, registry
from tracker.errors import RegistryError, SettingsError, UnknownName
from tracker.registry import FILES, UNREACHED, Problem
from tracker.registry.read import PACKAGED, chosen, rows_as_they_stand

KINDS = {
    "organization": "organizations.csv",
    "alias": "aliases.csv",
    "family": "families.csv",
    "root": "roots.csv",
    "mirror": "mirrors.csv",
    "override": "overrides.csv",
    "country": "countries.csv",
    "license": "licenses.csv",
    "license_tag": "license_tags.csv",
    "counting_rule": "counting_rules.csv",
    "maker": "makers.csv",
    "openness": "openness.csv",
    "other_name": "other_names.csv",
    "license_word": "license_words.csv",
    "modelscope_namespace": "modelscope_namespaces.csv",
}


@dataclass(frozen=True)
class Added:
    """Where a row was put (`path:line`), its text, and what it still needs, empty where that is nothing."""

    place: str
    row: str
    needs: str


def add(kind: str, cells: Mapping[str, str], directory: Path | str | None = None) -> Added:
    """Put a row where its key belongs, and return its place.

    `kind` is a word of KINDS, `cells` its columns; `reviewed_on` is today where it is not given, other columns empty.
    Raises UnknownName for a kind or column that is none, RegistryError with what is wrong with the row.
    """
    if kind not in KINDS:
        raise UnknownName("kind of row", kind, KINDS)
    name, folder = KINDS[kind], chosen(directory)
    columns = list(FILES[name].columns)
    for column in cells:
        if column not in columns:
            raise UnknownName(f"column of {name}", column, columns)
    _require_a_copy(folder)
    header, rows = rows_as_they_stand(folder / name, FILES[name])
    header = [FILES[name].former.get(column, column) for column in header]
    lacking = [column for column in cells if column not in header]
    if lacking:
        raise SettingsError(f"{folder / name} is of an earlier version, without {lacking[0]}; add that column to it")
    given = {"reviewed_on": datetime.now(UTC).date().isoformat(), **cells}
    row = [given.get(column, "") for column in header]
    before = {str(problem) for problem in registry.check(folder)}
    key = _key(header, FILES[name].key)
    line = sum(key(each) < key(row) for each in rows)
    text = _text([header, *rows[:line], row, *rows[line:]])
    wrong = [each for each in _problems(folder, name, text) if str(each) not in before and not _moved(each, before)]
    needs = [each.message for each in wrong if each.message == UNREACHED]  # a family has to stand before its roots
    if len(wrong) > len(needs):
        raise RegistryError([str(each) for each in wrong if each.message != UNREACHED])
    files.write(folder / name, text)
    return Added(f"{folder / name}:{line + 2}", _text([row]).rstrip("\n"), "".join(needs))


def sort(directory: Path | str | None = None) -> list[str]:
    """Sort the rows of every file by its key, and return the files that were not sorted.

    Raises RegistryError, and writes nothing, where a file cannot be read as rows of its header.
    """
    folder = chosen(directory)
    _require_a_copy(folder)
    texts = {}
    for name, rule in FILES.items():
        if (folder / name).is_file():
            header, rows = rows_as_they_stand(folder / name, rule)
            key = _key([rule.former.get(column, column) for column in header], rule.key)
            texts[name] = (_text([header, *rows]), _text([header, *sorted(rows, key=key)]))
    changed = [name for name, (stands, sorted_) in texts.items() if stands != sorted_]
    for name in changed:
        files.write(folder / name, texts[name][1])
    return changed


def _require_a_copy(folder: Path) -> None:
    """Raise SettingsError for the registry inside an installed package, which the next installation replaces."""
    if folder.name == PACKAGED:
        raise SettingsError(
            f"{folder} came with the program and goes with it; copy it and name the copy with --registry"
        )


Cells = Sequence[str]


def _key(header: Cells, key: Cells) -> Callable[[Cells], tuple[str, ...]]:
    """Return what rows are sorted by: the key columns, ignoring case."""
    places = [header.index(column) for column in key]
    return lambda row: tuple(row[place].casefold() for place in places)


def _text(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _problems(folder: Path, name: str, text: str) -> list[Problem]:
    """Return the problems of a folder in which one file has another text, under the folder's own paths."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "registry"
        shutil.copytree(folder, copy)
        (copy / name).write_text(text, encoding="utf-8", newline="")
        return [problem._replace(path=problem.path.replace(str(copy), str(folder))) for problem in registry.check(copy)]


def _moved(problem: Problem, before: set[str]) -> bool:
    """Return whether a problem stood there before, one line up."""
    return str(problem._replace(line=problem.line - 1)) in before
