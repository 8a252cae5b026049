"""The SQL of many figures as one statement: a row each, with what it is the figure of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from tracker.claims.figure import Figure

if TYPE_CHECKING:
    from tracker.store import Published

_NOTHING = (
    "select null::varchar as id, null::varchar as point, null::varchar as reading, null::varchar as definition,\n"
    "  null::double as value\n"
    "where false"
)
_ONE = "select $id as id, $point as point, $reading as reading, $definition as definition, (\n"


class Line(NamedTuple):
    """A figure with the claim and point that it belongs to, and the reading and definition that give it."""

    id: str
    point: str
    reading: str
    definition: str
    figure: Figure


def together(published: Published, lines: Iterable[Line], missing: Iterable[str] = ()) -> str:
    """Return one SELECT of a row per figure: id, point, reading, definition, value; what is missing as comments."""
    selects = [_select(published, line) for line in lines]
    comments = "".join(f"-- {' '.join(each.split())}\n" for each in missing)
    return comments + "\nunion all\n".join(selects or [_NOTHING]) + "\norder by id, point, reading, definition\n"


def _select(published: Published, line: Line) -> str:
    about = {"id": line.id, "point": line.point, "reading": line.reading, "definition": line.definition}
    body = "".join(f"  {each}\n" for each in line.figure.sql.splitlines())
    return f"{published.render(_ONE, about)}\n{body}) as value"
