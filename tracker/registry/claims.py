"""Read `claims.csv`: one row, one published figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import RegistryError, UnknownName
from tracker.registry import definitions, points
from tracker.registry.cells import Check, any_text, day, filled, https, one_of
from tracker.registry.points import Point
from tracker.registry.read import FileRule, Problem, Row, chosen, read_file

FILE = "claims.csv"

# what a claim asks for; `none` cannot be computed from Hub metadata at all, and `needs` says why
ASKS = (
    "share", "peak_share", "count", "growth", "per_day", "downloads", "downloads_30d", "downloads_share", "window",
    "window_share", "window_per_day", "largest", "below", "created_by", "size_share", "attention", "license_share",
    "derivative_downloads", "derivatives_rank", "largest_release", "listed", "token_share", "peak_token_share",
    "tokens", "week_tokens", "none",
)  # fmt: skip

OF_TOKENS = tuple(each for each in ASKS if "token" in each)  # of another source, which no definition is about

# A: one full snapshot is enough, B: snapshots over time, ?: the rule is not fully published, C: another source,
# X: cannot be computed from public data
CLASSES = ("A", "A?", "B", "B?", "C", "X")


@dataclass(frozen=True)
class Claim:
    """A published figure.

    `tolerance` and `band` are relative to it: up to there it is reproduced (where the rule is not published: possible),
    or within band.
    """

    id: str
    statement: str
    figure: str
    data: str
    asks: str
    by: str
    definition: str
    points: tuple[Point, ...]
    tolerance: float
    band: float
    needs: str
    source_url: str
    notes: str

    @property
    def is_partly_published(self) -> bool:
        """Whether the author did not publish all of his rule."""
        return self.data.endswith("?")


def load(directory: Path | str | None = None) -> list[Claim]:
    """Return all claims of a registry folder (None: the one that ships with the package).

    Raises RegistryError with every problem of the file.
    """
    folder = chosen(directory)
    problems = check(folder)
    if problems:
        raise RegistryError([str(problem) for problem in problems])
    return [_claim(row) for row in read_file(folder / FILE, RULE).rows]


def check(folder: Path) -> list[Problem]:
    """Return every problem of the file; `str()` of one is `path:line: message`."""
    sheet = read_file(folder / FILE, RULE)
    known = [row["name"] for row in read_file(folder / definitions.FILE, definitions.rule()).rows]
    unknown = [
        row.says(str(UnknownName("definition", row["definition"], known)))
        for row in sheet.rows
        if row["definition"] and row["definition"] not in known
    ]
    return [*sheet.problems, *unknown]


def find(claims: list[Claim], claim_id: str) -> Claim:
    """Return the claim with this id, in any case; raise UnknownName with the nearest."""
    for claim in claims:
        if claim.id.casefold() == claim_id.casefold():
            return claim
    raise UnknownName("claim", claim_id, [claim.id for claim in claims])


def _claim(row: Row) -> Claim:
    return Claim(
        id=row["id"],
        statement=row["statement"],
        figure=row["figure"],
        data=row["data"],
        asks=row["asks"],
        by=row["by"],
        definition=row["definition"],
        points=tuple(points.parse(row["points"])),
        tolerance=float(row["tolerance"]),
        band=float(row["band"]),
        needs=row["needs"],
        source_url=row["source_url"],
        notes=row["notes"],
    )


def _points_cell(text: str) -> str | None:
    try:
        points.parse(text)
    except ValueError as error:
        return f"cannot be read: {error}"
    return None


def _part(text: str) -> str | None:
    try:
        return None if float(text) >= 0 else f"is {text!r}; write a relative distance such as 0.02"
    except ValueError:
        return f"is {text!r}; write a relative distance such as 0.02"


def _complete(row: Row) -> Iterator[str]:
    if row["asks"] == "none" and not row["needs"].startswith("needs "):
        yield "asks for nothing, so needs must say what is missing, beginning with 'needs'"
    if row["asks"] in OF_TOKENS and (row["definition"] or not row["points"]):
        yield f"asks for {row['asks']}, so points must be given and no definition: it chooses among the Hub's models"
    if row["asks"] not in ("none", *OF_TOKENS) and not (row["points"] and row["definition"]):
        yield f"asks for {row['asks']}, so points and definition must be given"


_CHECKS: Mapping[str, Check] = {
    "id": filled,
    "statement": filled,
    "figure": filled,
    "data": one_of(*CLASSES),
    "asks": one_of(*ASKS),
    "by": any_text,
    "definition": any_text,
    "points": _points_cell,
    "tolerance": _part,
    "band": _part,
    "needs": any_text,
    "source_url": https,
    "reviewed_on": day,
    "notes": any_text,
}

RULE = FileRule(_CHECKS, key=("id",), row_checks=(_complete,), required=False)
