"""Turn the annotated SQL files of this folder into statements; their remarks become comments in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

_HEAD = re.compile(r"^create (?P<kind>table|view|macro) (?P<name>\w+)(?P<arguments>[^-]*?)(?: -- (?P<comment>.+))?$")
_REMARK = re.compile(r"^\s+(?P<column>\S.*?),? -- (?P<comment>.+)$")


@dataclass(frozen=True)
class Relation:
    """One `create` statement of an annotated file, its kind (table, view or macro), and its comments."""

    kind: str
    name: str
    statement: str
    comments: tuple[str, ...]

    def temporary(self) -> str:
        """Return the statement for a temporary view or macro of the same name."""
        return self.statement.replace(f"create {self.kind}", f"create or replace temp {self.kind}", 1)


@cache
def relations(file_name: str) -> tuple[Relation, ...]:
    """Return the relations of one annotated SQL file, in its order."""
    text = (FOLDER / file_name).read_text(encoding="utf-8")
    statements = re.split(r"\n(?=create )", text)
    return tuple(_relation(each.strip()) for each in statements if each.startswith("create "))


def _relation(text: str) -> Relation:
    lines = text.splitlines()
    head = _HEAD.match(lines[0])
    if head is None:
        raise ValueError(f"not an annotated statement: {lines[0]}")
    kind, name = head["kind"], head["name"]
    is_table_macro = kind == "macro" and lines[0].split(" -- ")[0].rstrip().endswith("as table")
    target = {"table": "table", "view": "view", "macro": "macro table" if is_table_macro else "macro"}[kind]
    comments = [f"comment on {target} {name} is {quoted(head['comment'])}"] if head["comment"] else []
    if kind != "macro":
        comments += [
            f"comment on column {name}.{column} is {quoted(comment)}" for column, comment in _columns(kind, lines)
        ]
    return Relation(kind, name, text.rstrip(";"), tuple(comments))


def _columns(kind: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield name and comment of each column: the first word of a table's line, the last of a view's."""
    for line in lines[1:]:
        remark = _REMARK.match(line)
        if remark:
            words = re.split(r"[\s.]+", remark["column"])
            yield words[0 if kind == "table" else -1], remark["comment"]


def quoted(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
