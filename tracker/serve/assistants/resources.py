"""What an assistant can read before it asks: the definitions, the tables and the measures, as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mcp_types as types

from tracker.errors import UnknownName
from tracker.serve.asked.question import Question

if TYPE_CHECKING:
    from tracker.api import Copy, Rows

SCHEME = "tracker://"
MIME = "text/csv"


@dataclass(frozen=True)
class _Resource:
    """One resource: what it tells, and the question whose rows it is."""

    title: str
    ask: Callable[[Copy], Rows]


_RESOURCES: Mapping[str, _Resource] = {
    "definitions": _Resource(
        "Every rule that a share can be counted by, ours and those of published peers: what each fixes, and its source",
        lambda copy: copy.told("select * from definitions order by name"),
    ),
    "schema": _Resource(
        "Every table and column that sql can read: type, unit, and what it means", lambda copy: copy.schema()
    ),
    "measures": _Resource(
        "Every named query: what it counts, per what, in which unit", lambda copy: copy.measures()
    ),
}  # fmt: skip


def listed() -> list[types.Resource]:
    """Return what can be read."""
    return [
        types.Resource(uri=f"{SCHEME}{name}", name=name, description=each.title, mime_type=MIME)
        for name, each in _RESOURCES.items()
    ]


def templates() -> list[types.ResourceTemplate]:
    """Return what can be read with a name in it."""
    told = "The columns of one table: type, unit, and what each means"
    uri = f"{SCHEME}schema/{{table}}"
    return [types.ResourceTemplate(uri_template=uri, name="schema of a table", description=told, mime_type=MIME)]


def question(uri: str) -> Question:
    """Return the question whose rows a resource is. Raises UnknownName with the nearest names."""
    name, _, table = uri.removeprefix(SCHEME).partition("/")
    if name == "schema" and table:
        return Question(name, lambda copy: copy.schema(table))
    if name not in _RESOURCES or table:
        raise UnknownName("resource", uri, [f"{SCHEME}{each}" for each in _RESOURCES])
    return Question(name, _RESOURCES[name].ask)
