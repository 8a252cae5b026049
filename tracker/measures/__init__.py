"""Measures: one .sql file each, found by this folder.

The header of a file gives title, grain, unit and parameters; for shares also the denominator and the coverage. `$name`
binds a value. `{name}` is text that a definition changes, or that several measures share: the answer that asks fills
it, else the file `parts/<name>.sql`. The result is one SELECT over published tables.

May import: errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import TrackerError, UnknownName
from tracker.measures.parameters import Parameter, parse

_FOLDER = Path(__file__).parent
_HOLE = re.compile(r"\{([\w-]+)\}")
_BOUND = re.compile(r"\$([a-z]\w*)")


class Measure(NamedTuple):
    """A named query: what it counts (title), one row per what (grain), in which unit, its parameters and its SQL.

    `denominator` is what shares are of, in words that end in a plural, `coverage` what is known of it. `reads` is
    `nights` where its rows are of nights of the newest one's scope. `ask` is the command that asks it where the SQL
    alone does not say everything: an answer fills its holes, or a rule about its values stands there.
    """

    name: str
    title: str
    grain: str
    unit: str
    denominator: str
    coverage: str
    reads: str
    ask: str
    parameters: tuple[Parameter, ...]
    sql: str

    @property
    def command(self) -> str:
        """The command that asks it."""
        needed = [f" -p {each.name}=..." for each in self.parameters if each.default is None]
        return self.ask or f"tracker measure {self.name}{''.join(needed)}"

    @property
    def compares_nights(self) -> bool:
        """Whether its rows are of nights, which are all of one scope, rather than of models by their creation."""
        return self.reads == "nights" or any(each.kind == "night" for each in self.parameters)


def names() -> list[str]:
    """Return the names of all measures."""
    return sorted(each.stem for each in _FOLDER.glob("*.sql"))


@cache
def load(name: str) -> Measure:
    """Return the measure called `name`; raise UnknownName with the nearest names, TrackerError for a wrong header."""
    try:
        header, sql = _split(_FOLDER / f"{name}.sql")
    except (OSError, ValueError):  # of a name that no file can have
        raise UnknownName("measure", name, names()) from None
    try:
        measure = _read(name, header, sql)
    except KeyError as error:
        hole = error.args[0]
        problem = f"no file fills {{{hole}}}: write tracker/measures/parts/{hole}.sql, or correct the name"
    except ValueError as error:
        problem = str(error)
    else:
        return measure
    raise TrackerError(f"measure {name}: {problem}; see tracker/measures/__init__.py")


def _read(name: str, header: Sequence[str], sql: str) -> Measure:
    """Return the measure; raise ValueError for a header that lacks or misses something, KeyError for an open hole."""
    about = dict(line.partition(": ")[::2] for line in header if not line.startswith("$"))
    parameters = tuple(parse(line) for line in header if line.startswith("$"))
    if missing := [key for key in ("title", "grain", "unit") if not about.get(key)]:
        raise ValueError(f"its header lacks {', '.join(missing)}: write `-- {missing[0]}: ...`")
    if "ask" not in about:
        sql = fill(sql, {})
        if problem := _undeclared(sql, [each.name for each in parameters]):
            raise ValueError(problem)
    return Measure(
        name=name,
        title=about["title"],
        grain=about["grain"],
        unit=about["unit"],
        denominator=about.get("denominator", ""),
        coverage=about.get("coverage", ""),
        reads=about.get("reads", ""),
        ask=about.get("ask", ""),
        parameters=parameters,
        sql=sql,
    )


def _undeclared(sql: str, declared: Sequence[str]) -> str:
    """Say which names the SQL binds that the header does not declare, or the other way round; empty if none."""
    for name in bound_names(sql):
        if name not in declared:
            return f"its SQL binds ${name}, which its header does not declare: write `-- ${name} kind = default: help`"
    unbound = [name for name in declared if name not in bound_names(sql)]
    return f"its header declares ${unbound[0]}, which its SQL does not bind" if unbound else ""


@cache
def part(name: str) -> str:
    """Return the text of a file of `parts/`, without its header; a KeyError where there is none."""
    path = _FOLDER / "parts" / f"{name}.sql"
    if not path.is_file():
        raise KeyError(name)
    return _split(path)[1]


def fill(sql: str, given: Mapping[str, str]) -> str:
    """Return `sql` with each `{name}` replaced by what is given, else by the part of that name.

    What is put in may have holes of its own; a line that is left empty goes. A hole that nothing fills is a KeyError.
    """
    return _filled(sql, tuple(given.items()))


@lru_cache(maxsize=512)  # claims and pages ask the same with other values, some of them hundreds of times
def _filled(sql: str, given: tuple[tuple[str, str], ...]) -> str:
    return _fill(sql, dict(given))


def _fill(sql: str, given: Mapping[str, str]) -> str:
    def put(match: re.Match[str]) -> str:
        # text of several lines keeps the depth of the place it is put in
        start = sql.rfind("\n", 0, match.start()) + 1
        depth = len(sql[start : match.start()]) - len(sql[start : match.start()].lstrip())
        text = given[match[1]] if match[1] in given else part(match[1])
        return _fill(text, given).rstrip().replace("\n", "\n" + " " * depth)

    return "".join(line for line in _HOLE.sub(put, sql).splitlines(keepends=True) if line.strip())


def bound_names(sql: str) -> list[str]:
    """Return the names of the values that `sql` binds, sorted."""
    return sorted(set(_BOUND.findall(sql)))


def renamed(sql: str, suffix: str) -> str:
    """Return `sql` with `suffix` at the end of every name that it binds, so that queries can stand together."""
    return _BOUND.sub(lambda match: f"${match[1]}{suffix}", sql)


def bound(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of `values` that `sql` binds; a name that is missing is a KeyError."""
    return {name: values[name] for name in bound_names(sql)}


def _split(path: Path) -> tuple[list[str], str]:
    """Return the `-- ` lines at the top of a file without their dashes, and the SQL below them."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    size = next((i for i, line in enumerate(lines) if not line.startswith("-- ")), len(lines))
    return [line[3:].strip() for line in lines[:size]], "".join(lines[size:])
