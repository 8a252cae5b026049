"""The questions as tools: what each can be given, and what comes back, as JSON schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import mcp_types as types

from tracker.serve.asked.question import Kind, Parameter

OFFSET = "offset"
DEFENDED = ("share", "trend", "top", "claims")  # whose answers all have a definition, a denominator and a date
INSTRUCTIONS = """\
What open models are built on, and how that changes: figures of the nightly record of the Hugging Face Hub.
Quote no number without its definition, denominator, bounds (low, high), coverage and snapshot_date. `citation` is
ready for print, or says why the answer should not be quoted. A share whose bounds overlap another's is not larger.
null means not known, never zero. Read tracker://definitions before comparing with figures of others, and
tracker://schema before asking sql."""

# question -> what it is good for, in the words of who chooses among tools
TOLD: Mapping[str, str] = {
    "share": "What new derivatives (fine-tunes, adapters, quantizations, merges) are built on, month by month: "
    "derivatives, share, low, high and n for each family, line, developer, origin_country or another `by`. `names` "
    "limit the rows, not what they are counted out of. `compare` asks one month under every definition.",
    "trend": "Downloads (a rolling window of 30 days, never to be summed over nights), likes or derivatives over the "
    "nights, of families, models, publishers, countries and more (`of`). `flow` gives the downloads between nights.",
    "top": "The largest families, models, publishers, countries and more (`of`) of the newest night, with 30 days of "
    "change.",
    "lineage": "Where one model comes from: its roots with family, developer, origin country and weight, the path to "
    "each with the evidence of every step, why, and its licence. `down`: what is built on it. `publisher`: of all its "
    "models.",
    "measure": "A named query; tracker://measures lists them. `describe` with a name says what that takes as `param`.",
    "claims": "Published figures beside ours: each reproduced, within band, differing, possible, impossible or not to "
    "be computed, and why. `names` are ids such as F27; none: all of them.",
    "schema": "Tables and columns that sql can read, with type, unit and meaning. `table`: of one.",
    "sources": "Where the data come from: licence, use rights, age, last success.",
    "sql": "One SELECT of DuckDB on the published tables, sealed and read-only, for what no other question answers. "
    "Read tracker://schema first. Such rows have no definition, bounds or citation.",
}

_KINDS: dict[Kind, str] = {"text": "string", "whole": "integer", "number": "number", "flag": "boolean"}
_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}

_ROW: dict[str, Any] = {
    "type": "object",
    "properties": {
        "share": {**_MAYBE_NUMBER, "description": "A part of 1."},
        "low": {**_MAYBE_NUMBER, "description": "If all that is untraced or unreviewed spoke against it."},
        "high": {**_MAYBE_NUMBER, "description": "If all that is untraced or unreviewed spoke for it."},
    },
}
_ROOTS: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
_ABOUT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {**_TEXT, "description": "The question to this copy; the same at the command line."},
        "rows_id": {**_TEXT, "description": "The question and its rows: another where what it says has changed."},
        "copy_id": {"type": ["string", "null"]},
        "generation": _COUNT,
        "registry_version": {"type": ["string", "null"]},
        "as_of": {"type": ["string", "null"]},
        "scope": {**_TEXT, "description": "The part of the Hub that was read; full is all of it."},
        "synthetic": {"type": "boolean", "description": "Made-up data, which says nothing about the real Hub."},
        "sources": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["copy_id", "generation", "scope", "synthetic"],
}
_ANY_ANSWER: dict[str, Any] = {
    "sql": {"type": ["string", "null"], "description": "Runs as it stands and gives the same rows."},
    "notes": {"type": "array", "items": _TEXT},
    "about": _ABOUT,
    "citation": {"type": ["string", "null"], "description": "Ready for print, or why this should not be quoted."},
    "rows_total": {**_COUNT, "description": "Of the whole answer, whose id this is."},
    OFFSET: _COUNT,
    "next_offset": {"type": ["integer", "null"], "description": "Where to go on; null at the end."},
}
_DEFENDED: dict[str, Any] = {
    "measure": _TEXT,
    "definition": {**_TEXT, "description": "The rule; tracker://definitions says what it fixes."},
    "parameters": {"type": "object"},
    "snapshot_date": {**_TEXT, "format": "date"},
    "denominator": {**_TEXT, "description": "Out of what a share is."},
    "coverage": {"type": "object", "additionalProperties": _MAYBE_NUMBER},
}


def tool(name: str, parameters: Sequence[Parameter]) -> types.Tool:
    """Return a question as a tool."""
    given = {_public(each): _given(each) for each in parameters}
    given[OFFSET] = {"type": "integer", "minimum": 0, "default": 0, "description": "How many rows to pass over."}
    return types.Tool(
        name=name,
        description=TOLD[name],
        input_schema=_object(given, [_public(each) for each in parameters if each.is_required]),
        output_schema=_answer(name in DEFENDED),
        annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def _answer(is_defended: bool) -> dict[str, Any]:
    """Return the schema of an answer: the rows are `rows`, of the lineage of one model `roots`."""
    rows = {"type": "array", "items": _ROW if is_defended else {"type": "object"}}
    return {
        "type": "object",
        "properties": {**_DEFENDED, **_ANY_ANSWER, "rows": rows, "roots": _ROOTS},
        "required": [*(_DEFENDED if is_defended else ()), *_ANY_ANSWER],
        "anyOf": [{"required": ["rows"]}, {"required": ["roots"]}],
    }


def _object(properties: dict[str, Any], required: Iterable[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def _public(parameter: Parameter) -> str:
    return parameter.name.replace("-", "_")


def _given(parameter: Parameter) -> dict[str, Any]:
    """Return the schema of what a parameter is given."""
    one: dict[str, Any] = {"type": _KINDS[parameter.kind]}
    if parameter.choices:
        one["enum"] = [*parameter.choices]
    if parameter.least is not None and parameter.kind in ("whole", "number"):
        one["minimum"] = parameter.least
    told = {"description": parameter.help} if parameter.help else {}
    if parameter.is_repeated:
        return {"type": "array", "items": one, **told}
    return {**one, **told, **({} if parameter.default is None else {"default": parameter.default})}
