"""Is a saved answer still what a copy says? It is asked again, and compared cell by cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.answers.ancestry import ancestors, descendants
from tracker.answers.provenance.about import about
from tracker.answers.provenance.saved import MOST_ROWS, Saved
from tracker.answers.restated.then import joined
from tracker.answers.shown.cells import plain
from tracker.answers.shown.rows import Rows
from tracker.errors import SettingsError
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.answers.answer import Answer
    from tracker.store import Published

Row = Mapping[str, Any]
ROWS_SHOWN = 5  # of those that differ
COLUMNS = dict.fromkeys(["row", "column", "saved", "now"], "VARCHAR")


@dataclass(frozen=True, repr=False, kw_only=True)
class Verified(Rows):
    """What became of a saved answer. It has one row per cell that differs, of the first rows that do.

    `row` names the row by its texts, `saved` and `now` are the values as JSON; null where a row is on one side only.
    """

    equal: bool
    same_copy: bool  # whether it was asked of the copy that it was made from
    differing: int  # rows
    saved: Mapping[str, Any]  # the `about` of the saved answer, and of the one asked now
    now: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the outcome for programs."""
        return {
            "equal": self.equal,
            "same_copy": self.same_copy,
            "differing": self.differing,
            "rows": self.plain_rows,
            "notes": list(self.notes),
            "saved": dict(self.saved),
            "now": dict(self.now),
        }


@dataclass(frozen=True)
class Others:
    """What asks again what is more than the SQL of one copy: verdicts on claims, and the copy of a generation."""

    judge: Callable[[Published, Saved], Answer]
    generation: Callable[[int], Published]


def verify(published: Published, saved: Saved, others: Others) -> Verified:
    """Ask a saved answer again and compare; `others` asks what is more than the SQL of one copy.

    Raises TrackerError where its SQL or parameters were changed since, QueryRefused where its SQL is not one SELECT on
    published tables, and SettingsError where it has more than MOST_ROWS rows now.
    """
    saved.check_question()
    rows, now = _again(published, saved, others)
    kept, found = _by_name(saved.rows, rows), _by_name(rows, saved.rows)
    differing = [name for name in kept | found if kept.get(name) != found.get(name)]
    cells = [cell for name in differing[:ROWS_SHOWN] for cell in _cells(name, kept.get(name), found.get(name))]
    same_copy = saved.copy_id is not None and saved.copy_id == now["copy_id"]
    equal = list(saved.rows) == rows
    return Verified(
        table=Table(COLUMNS, cells),
        notes=tuple(_told(saved, now, rows, differing, equal, same_copy)),
        equal=equal,
        same_copy=same_copy,
        differing=len(differing),
        saved=saved.about,
        now=now,
    )


def _again(published: Published, saved: Saved, others: Others) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the rows that the question has now, and their `about`."""
    if saved.is_judged:
        judged = others.judge(published, saved)
        return _as_saved(judged.plain_rows), judged.about
    if "model_id" in saved.body:  # asked by name: its path is more than the text that the SQL gives
        ask = descendants if saved.parameters.get("down") else ancestors
        found = ask(published, saved.body["model_id"], variant=saved.parameters.get("variant", "default")).as_json()
        return _as_saved(found["rows"] if "rows" in found else found["roots"]), found["about"]
    table = _few(published, saved.sql)
    if pinned := saved.pinned:
        earlier = others.generation(pinned["generation"])
        table = joined(_few(earlier, pinned["sql"]), table, pinned.get("first"))
    rows = _as_saved([plain(row) for row in table.dicts()])
    return rows, about(published.facts(), saved.sql, saved.parameters, rows)


def _few(published: Published, sql: str) -> Table:
    """Return the rows of a stranger's SELECT; raise SettingsError where they are too many to compare."""
    few = f"select count(*) as rows from (select 1 as one from (\n{sql}\n) as answer limit {MOST_ROWS + 1}) as few"
    if published.foreign(few)["rows"][0] > MOST_ROWS:
        raise SettingsError(
            f"this answer has more than {MOST_ROWS:,} rows now, too many to compare; narrow the question"
        )
    return published.foreign_table(sql)


def _as_saved(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as they are after they have been written and read."""
    read: list[dict[str, Any]] = json.loads(json.dumps(rows, default=plain))
    return read


def _by_name(rows: Sequence[Row], others: Sequence[Row]) -> dict[str, Row]:
    """Return rows by the texts that name them on both sides; the number tells those of one name apart."""
    named = _naming(rows, others)
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        text = _name(row, named)
        seen[text] += 1
        found[f"{text} #{seen[text]}" if seen[text] > 1 or not text else text] = row
    return found


def _naming(*sides: Sequence[Row]) -> list[str]:
    """Return the first columns of text that tell the rows of each side apart; all of them where none do."""
    names = next((list(rows[0]) for rows in sides if rows), [])
    texts = [name for name in names if all(_is_text(name, rows) for rows in sides)]
    enough = (texts[:count] for count in range(1, len(texts)))
    return next((few for few in enough if all(_tell_apart(few, rows) for rows in sides)), texts)


def _tell_apart(named: Sequence[str], rows: Sequence[Row]) -> bool:
    return len({_name(row, named) for row in rows}) == len(rows)


def _name(row: Row, named: Sequence[str]) -> str:
    return " ".join(str(row.get(name)) for name in named)


def _is_text(name: str, rows: Sequence[Row]) -> bool:
    return all(isinstance(row.get(name), str) for row in rows)


def _cells(name: str, kept: Row | None, found: Row | None) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    if kept is None or found is None:
        yield name, None, _text(kept), _text(found)
        return
    for column in {**kept, **found}:
        if kept.get(column) != found.get(column):
            yield name, column, _text(kept.get(column)), _text(found.get(column))


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _told(
    saved: Saved, now: Mapping[str, Any], rows: Sequence[Row], differing: Sequence[str], equal: bool, same_copy: bool
) -> Iterator[str]:
    """Yield the outcome in sentences."""
    if saved.copy_id is None:
        yield f"it does not say which copy it was made from: asked of copy {now['copy_id']}"
    elif not same_copy:
        yield (
            f"another copy: saved from copy {saved.copy_id} (generation {saved.about.get('generation')}),"
            f" asked of copy {now['copy_id']} (generation {now['generation']})"
        )
    if saved.rows_changed:
        yield "the saved rows were changed after they were written: they are not those of their rows_id"
    if equal:
        yield f"equal: all {len(rows):,} rows; rows_id {now['rows_id']}"
    elif not differing:
        yield f"differs: the same {len(rows):,} rows in another order"
    else:
        yield (
            f"differs: {len(differing):,} rows, of {len(saved.rows):,} saved and {len(rows):,} now;"
            f" the first {min(len(differing), ROWS_SHOWN)} are shown"
        )
