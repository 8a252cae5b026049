"""Parse the annotated SQL files of this folder into statements; `--` remarks become comments in the database.

Each column has a line with its remark. Columns that an earlier relation also has are written once:

    -- like: open_rollup                                every column of open_rollup, with its remark
    -- like: open_rollup, models to likes               the columns from one to another

The Hub's facts about a model are declared in tracker/columns.py:

    -- columns: description                             facts that keep their last value
    -- columns: counters                                numbers of the latest snapshot
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.columns import STORED
from tracker.columns import Column as HubColumn
from tracker.sql.connect import literal

FOLDER = Path(__file__).parent

# in this order: `like` may name any relation before it
FILES = ("published.sql", "published_views.sql", "record_views.sql", "single_file.sql")

_HEAD = re.compile(r"^create (?P<kind>table|view|macro) (?P<name>\w+)(?P<arguments>[^-]*?)(?: -- (?P<comment>.+))?$")
_COLUMN = re.compile(r"^  (?P<definition>[^\s-].*?),? -- (?P<comment>.+)$")
_LIKE = re.compile(r"^  -- like: (?P<relation>\w+)(?:, (?P<first>\w+) to (?P<last>\w+))?$")

_COLUMNS = re.compile(r"^  -- columns: (?P<part>description|counters)$")


@dataclass(frozen=True)
class Column:
    """A column: its declaration in a table, or its expression in a view."""

    name: str
    definition: str
    comment: str

    @property
    def type(self) -> str:
        """The type of a table's column."""
        return self.definition.removeprefix(self.name).partition(" using ")[0].strip()

    @property
    def made_of(self) -> str | None:
        """The expression of a generated column of a table; None for a stored column."""
        found = re.search(r" generated always as \((.+)\) virtual$", self.definition)
        return found[1] if found else None


@dataclass(frozen=True)
class Relation:
    """One `create` statement of an annotated file, its kind (table, view or macro), and its comments."""

    kind: str
    name: str
    statement: str
    columns: tuple[Column, ...]
    comments: tuple[str, ...]

    @property
    def stored(self) -> list[str]:
        """The names of a table's columns that are not generated."""
        return [each.name for each in self.columns if each.made_of is None]

    def comments_of(self, as_view: bool) -> list[str]:
        """Return the `comment on` statements; `as_view`: for a table that is created as a view."""
        return [each.replace("comment on table", "comment on view", 1) if as_view else each for each in self.comments]

    def over(self, sources: Mapping[str, str]) -> str:
        """Return the statement with table expressions instead of its sources."""
        return self.statement.format_map(sources)

    def select(self, sources: Mapping[str, str]) -> str:
        """Return the select of a view, with table expressions instead of its sources."""
        return self.over(sources).partition("\n")[2]

    def temporary(self, sources: Mapping[str, str]) -> str:
        """Return the statement for a temporary view or macro of the same name."""
        return self.over(sources).replace(f"create {self.kind}", f"create or replace temp {self.kind}", 1)


def relations(file_name: str) -> tuple[Relation, ...]:
    """Return the relations of one annotated SQL file, in its order."""
    return _all()[file_name]


def names() -> set[str]:
    """Return the names of all relations of a published copy or an export."""
    return {relation.name for name in FILES for relation in relations(name)}


def comments(*file_names: str, views: Collection[str] = (), beside: Collection[str] = ()) -> str:
    """Return the `comment on` statements for the relations of these files; `views`: tables created as views.

    `beside`: relations that already have their comments.
    """
    made = (relation for name in file_names for relation in relations(name) if relation.name not in beside)
    return ";\n".join(each for relation in made for each in relation.comments_of(relation.name in views))


@cache
def _all() -> Mapping[str, tuple[Relation, ...]]:
    known: dict[str, Relation] = {}
    found = {}
    for file_name in FILES:
        statements = re.split(r"\n(?=create )", (FOLDER / file_name).read_text(encoding="utf-8"))
        own = [_relation(each.strip(), known) for each in statements if each.startswith("create ")]
        found[file_name] = tuple(own)
    return found


def _relation(text: str, known: dict[str, Relation]) -> Relation:
    """Parse one statement into a relation, and add it to `known` for later relations."""
    lines = text.rstrip(";").splitlines()
    head = _HEAD.match(lines[0])
    if head is None:
        raise ValueError(f"not an annotated statement: {lines[0]}")
    kind, name = head["kind"], head["name"]
    columns: list[Column] = []
    if kind != "macro":
        lines, columns = _spelled_out(kind, lines, known)
    is_table_macro = kind == "macro" and lines[0].split(" -- ")[0].rstrip().endswith("as table")
    target = {"table": "table", "view": "view", "macro": "macro table" if is_table_macro else "macro"}[kind]
    comments = [f"comment on {target} {name} is {literal(head['comment'])}"] if head["comment"] else []
    comments += [f"comment on column {name}.{each.name} is {literal(each.comment)}" for each in columns]
    known[name] = Relation(kind, name, "\n".join(lines), tuple(columns), tuple(comments))
    return known[name]


def _spelled_out(kind: str, lines: list[str], known: Mapping[str, Relation]) -> tuple[list[str], list[Column]]:
    """Return the lines with each `like` and `columns` replaced by the columns it stands for, and these columns."""
    written: list[str] = []
    columns: list[Column] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if like := _LIKE.match(line):
            more = _liked(kind, known, **like.groupdict())
        elif made := _COLUMNS.match(line):
            more = [_hub_column(each) for each in STORED if each.is_counter == (made["part"] == "counters")]
        elif column := _COLUMN.match(line):
            more = [_column(kind, **column.groupdict())]
        else:
            written.append(line)
            continue
        columns += more
        written += [f"  {each.definition}," for each in more]
        if not following.startswith("  "):
            written[-1] = written[-1].rstrip(",")
    return written, columns


def _hub_column(column: HubColumn) -> Column:
    """Return the published column for a column of the Hub's list."""
    compression = " using compression dictionary" if column.sql_type == "varchar" else ""
    missing = "; null where the latest snapshot does not have the model" if column.is_counter else ""
    return Column(column.name, f"{column.name} {column.sql_type}{compression}", column.comment + missing)


def _column(kind: str, definition: str, comment: str) -> Column:
    """Parse a column; a table's line starts with its name, a view's line ends in it."""
    words = re.split(r"[\s.]+", definition)
    return Column(words[0 if kind == "table" else -1], definition, comment)


def _liked(
    kind: str, known: Mapping[str, Relation], relation: str, first: str | None, last: str | None
) -> list[Column]:
    """Return the columns of a known relation from `first` to `last`; a view selects columns of a table by name."""
    like = known[relation]
    names = [each.name for each in like.columns]
    chosen = like.columns[names.index(first) : names.index(last) + 1] if first and last else like.columns
    if kind == "view" and like.kind == "table":
        return [Column(each.name, each.name, each.comment) for each in chosen]
    return list(chosen)
