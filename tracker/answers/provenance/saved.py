"""A saved answer, read from its JSON: everything in it may have been changed since it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker import disk
from tracker.answers.provenance.about import id_of, rows_id_of
from tracker.errors import SettingsError, TrackerError

MOST_BYTES = 256 * 2**20
MOST_ROWS = 1_000_000
LEDGER = ("claims", "fit")  # judged again, since their SQL gives figures and no verdicts


@dataclass(frozen=True)
class Saved:
    """What a saved answer says: its question, its rows, and what it was made of (nothing, where it was plain SQL)."""

    body: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    about: Mapping[str, Any]

    @property
    def sql(self) -> str:
        """The SQL of its question; empty where it was asked by name, as the lineage of a model is."""
        return str(self.body.get("sql", ""))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters of its question."""
        parameters: Mapping[str, Any] = self.body.get("parameters", {})
        return parameters

    @property
    def pinned(self) -> Mapping[str, Any] | None:
        """What names the answer of then that its rows stand beside, by generation and SQL; None for none."""
        then = self.parameters.get("then")
        if not isinstance(then, Mapping):
            return None
        if not (isinstance(then.get("generation"), int) and isinstance(then.get("sql"), str)):
            raise SettingsError("this is no saved answer: its `then` names no generation and SQL")
        return then

    @property
    def is_judged(self) -> bool:
        """Whether its rows are verdicts on claims."""
        return self.body.get("measure") in LEDGER

    @property
    def copy_id(self) -> str | None:
        """The copy that it was made from, where it says so."""
        return self.about.get("copy_id")

    def check_question(self) -> None:
        """Raise TrackerError where its id is not that of its SQL and parameters."""
        if self._has_id and id_of(self.copy_id, self.sql, self.parameters) != self.about["id"]:
            raise TrackerError(
                f"this answer was changed after it was written: id {self.about['id']} is not that of its SQL and"
                " parameters, so nothing is run; ask the question again"
            )

    @property
    def rows_changed(self) -> bool:
        """Whether its rows are no longer those that its rows_id was made of."""
        return self._has_id and rows_id_of(self.sql, self.parameters, self.rows) != self.about["rows_id"]

    @property
    def _has_id(self) -> bool:
        """Whether its ids are hashes of its SQL; those of a lineage are of the text that is not in it."""
        return bool(self.about) and (bool(self.sql) or self.is_judged)


def read(answer: str | bytes | Path | Mapping[str, Any]) -> Saved:
    """Read an answer: a file, its bytes, or what they hold.

    Raises SettingsError for what is no answer, or is larger than MOST_BYTES or MOST_ROWS.
    """
    if isinstance(answer, Mapping):
        return _checked(answer)
    text = answer if isinstance(answer, bytes) else _bytes(Path(answer))
    _check_size(len(text), MOST_BYTES, "bytes")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"this is no JSON, so no saved answer ({error}); save one with `--json -o FILE`") from None
    return _checked(body)


def _bytes(path: Path) -> bytes:
    try:
        _check_size(path.stat().st_size, MOST_BYTES, "bytes")
        return disk.read_given(path)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {disk.told(error)}") from None


def _check_size(size: int, most: int, unit: str) -> None:
    if size > most:
        raise SettingsError(f"this answer has {size:,} {unit}, and at most {most:,} are compared; narrow the question")


def _checked(body: Any) -> Saved:
    """Return what is an answer in form; raise SettingsError with what is missing."""
    missing = _missing(body)
    if missing:
        raise SettingsError(f"this is no saved answer: it has {missing}; save one with `--json -o FILE`")
    rows = body["rows"] if "rows" in body else body["roots"]
    _check_size(len(rows), MOST_ROWS, "rows")
    return Saved(body, rows, body.get("about", {}))


def _missing(body: Any) -> str:
    """Return the first thing that an answer has and this has not, empty where nothing is missing."""
    if not isinstance(body, Mapping):
        return "no keys"
    about, rows = body.get("about"), body.get("rows", body.get("roots"))
    is_plain_sql = body.keys() == {"rows", "sql"}
    is_named = isinstance(body.get("model_id"), str) or body.get("measure") in LEDGER
    return next(
        (
            said
            for holds, said in (
                (isinstance(rows, list) and all(isinstance(row, dict) for row in rows), "no rows"),
                (is_plain_sql or isinstance(about, Mapping), "no `about`, as versions before 0.1 print none"),
                (is_plain_sql or {"id", "rows_id", "copy_id"} <= set(about or ()), "no ids in its `about`"),
                (isinstance(body.get("parameters", {}), Mapping), "parameters that are none"),
                (is_named or (isinstance(body.get("sql"), str) and body["sql"].strip()), "no SQL of its own"),
            )
            if not holds
        ),
        "",
    )
