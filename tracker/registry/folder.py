"""Load a registry folder: read every file, check all of it, and only then make a Registry of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from tracker import disk
from tracker.errors import RegistryError
from tracker.registry import claims, definitions, terms
from tracker.registry.book import Registry
from tracker.registry.cross import check_together
from tracker.registry.elsewhere import rows as elsewhere
from tracker.registry.entries import Alias, CountingRule, Country, Line, Mirror, Organization, Override, Root
from tracker.registry.files import COUNTING, FILES, UNKNOWN
from tracker.registry.read import Problem, Row, bytes_of, chosen, read

Sheets = Mapping[str, list[Row]]
Content = tuple[tuple[str, bytes], ...]  # name and bytes of each of FILES: claims decide no answer, editors leave more


def load(directory: Path | str | None = None) -> Registry:
    """Return the registry of a folder (None: the one that ships with the package).

    Raises RegistryError with every problem of every file. A folder is read once per process and content.
    """
    folder = chosen(directory)
    return _load(folder, _content(folder))


def check(directory: Path | str | None = None) -> list[Problem]:
    """Return every problem of a folder, that of its claims last; `str()` of one is `path:line: message`."""
    folder = chosen(directory)
    problems = _read(folder, _content(folder))[1]
    return [*problems, *claims.check(folder)] if folder.is_dir() else problems


def _content(folder: Path) -> Content:
    try:
        is_there = disk.has_folder(folder)
    except OSError as error:
        raise RegistryError([f"{folder}:1: cannot be read: {disk.told(error)}"]) from error
    found = ((name, bytes_of(folder / name) if is_there else None) for name in sorted(FILES))
    return tuple((name, written) for name, written in found if written is not None)


def _version(content: Content) -> str:
    digest = hashlib.sha256()
    for name, written in content:
        digest.update(f"{name}\0{len(written)}\0".encode())
        digest.update(written)
    return digest.hexdigest()[:12]


def _read(folder: Path, content: Content) -> tuple[Sheets, list[Problem]]:
    if not folder.is_dir():
        return {}, [
            Problem(str(folder), 1, "there is no such folder; name one that holds organizations.csv, roots.csv, ...")
        ]
    sheets, problems, written = {}, [], dict(content)
    for name, rule in FILES.items():
        sheet = read(folder / name, written.get(name), rule)
        sheets[name] = sheet.rows
        problems += sheet.problems
    return sheets, sorted(problems + list(check_together(sheets)))


@lru_cache(maxsize=4)
def _load(folder: Path, content: Content) -> Registry:
    sheets, problems = _read(folder, content)
    if problems:
        raise RegistryError([str(problem) for problem in problems])
    organizations = tuple(Organization(**row.cells) for row in sheets["organizations.csv"])
    return Registry(
        directory=folder,
        version=_version(content),
        organizations=organizations,
        aliases=tuple(Alias(**row.cells) for row in sheets["aliases.csv"]),
        lines=_lines(sheets["families.csv"], organizations),
        roots=tuple(Root(**row.cells) for row in sheets["roots.csv"]),
        mirrors=tuple(Mirror(**row.cells) for row in sheets["mirrors.csv"]),
        overrides=tuple(Override(**row.cells) for row in sheets["overrides.csv"]),
        countries=tuple(_country(row) for row in sheets["countries.csv"]),
        licenses=tuple(terms.of_row(row.cells) for row in sheets[terms.FILE]),
        counting_rules=tuple(CountingRule(**row.cells) for row in sheets[COUNTING]),
        license_tags=tuple(terms.tag_of_row(row.cells) for row in sheets[terms.TAGS]),
        makers=tuple(elsewhere.Maker(**row.cells) for row in sheets[elsewhere.MAKERS]),
        openness=tuple(elsewhere.Openness(**row.cells) for row in sheets[elsewhere.OPENNESS]),
        other_names=tuple(elsewhere.OtherName(**row.cells) for row in sheets[elsewhere.OTHER_NAMES]),
        license_words=tuple(elsewhere.LicenseWord(**row.cells) for row in sheets[elsewhere.LICENSE_WORDS]),
        modelscope_namespaces=tuple(elsewhere.namespace_of_row(row.cells) for row in sheets[elsewhere.MODELSCOPE]),
        definitions=tuple(definitions.parse(row.cells) for row in sheets[definitions.FILE]),
        content=dict(content),
    )


def _lines(rows: list[Row], organizations: tuple[Organization, ...]) -> tuple[Line, ...]:
    parents = {row["line"]: row["parent"] for row in rows}
    seats: dict[str, list[tuple[str, str]]] = {}
    for each in organizations:
        seats.setdefault(each.organization, []).append((each.valid_from, each.country))
    lines = []
    for row in rows:
        family = row["line"]
        while parents[family]:
            family = parents[family]
        country = _country_at(row["first_release"], sorted(seats.get(row["developer"], [])))
        lines.append(Line(**row.cells, family=family, country=country))
    return tuple(lines)


def _country_at(released: str, seats: list[tuple[str, str]]) -> str:
    """Return where a developer sat when a line was released (no date: where it sits now)."""
    if not seats:
        return UNKNOWN
    before = [country for valid_from, country in seats if valid_from <= (released or "9999")]
    return before[-1] if before else seats[0][1]


def _country(row: Row) -> Country:
    return Country(**{**row.cells, "eu": row["eu"] == "true"})  # type: ignore[arg-type]
