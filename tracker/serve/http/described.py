"""What there is, for programs: the shape of every answer, and of every question, in the words of OpenAPI."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tracker.serve.asked.question import Parameter
from tracker.serve.http.forms import FORMS, ROWS
from tracker.serve.http.problems import MEDIA_TYPE, Problem

Row = dict[str, JsonValue]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Source(_Closed):
    """A source that rows come from, with what it asks for where they are shown."""

    name: str
    licence: str | None
    attribution: str | None


class About(_Closed):
    """What pins an answer down."""

    id: str = Field(description="The question to this copy, the same in every format.")
    rows_id: str = Field(description="The question and its rows: the same as long as what it says stays the same.")
    copy_id: str | None
    registry_version: str | None
    generation: int
    as_of: str | None = Field(description="The day of which it is asked what was said.")
    reconstructed: bool
    tracker_version: str
    scope: str
    synthetic: bool
    sources: list[Source]
    newest_generation: int | None = None


class Page(_Closed):
    """Which rows these are, of an answer with more; ids are of the whole answer."""

    number: int
    per_page: int
    rows_total: int
    next: str | None = Field(description="Where the next rows stand, relative to this; null on the last page.")


class _Head(_Closed):
    measure: str
    definition: str
    parameters: dict[str, JsonValue]
    snapshot_date: str
    denominator: str
    coverage: dict[str, float | None] = Field(description="Parts of 1 that are traced, and unreviewed.")
    sql: str = Field(description="Runnable as it stands.")
    notes: list[str]
    about: About


class AnswerDocument(_Head):
    """Rows with their definition, denominator, coverage, date and SQL."""

    rows: list[Row]
    page: Page | None = None


class LineageDocument(_Head):
    """Where a model comes from (`roots`), or what is built on it, or a publisher's models (`rows`)."""

    model_id: str | None = None
    status: str | None = None
    why: str | None = None
    roots: list[Row] | None = None
    license: JsonValue = None
    variant: str | None = None
    rows: list[Row] | None = None
    page: Page | None = None


class RowsDocument(_Closed):
    """Rows, and the SQL that gives them where there is one."""

    rows: list[Row]
    sql: str | None = None
    notes: list[str] | None = None
    page: Page | None = None


class MeasureDocument(AnswerDocument):
    """Rows of a measure, or with `describe` its parameters."""

    measure: str = ""
    definition: str = ""
    parameters: dict[str, JsonValue] = {}
    snapshot_date: str = ""
    denominator: str = ""
    coverage: dict[str, float | None] = {}
    sql: str = ""
    notes: list[str] = []
    about: About | None = None  # type: ignore[assignment]


class Service(_Closed):
    """What is served, and within which bounds."""

    routes: list[str]
    openapi: str
    bounds: str


DOCUMENTS: dict[str, type[BaseModel]] = {
    **dict.fromkeys(("share", "trend", "top", "claims"), AnswerDocument),
    "lineage": LineageDocument,
    "measure": MeasureDocument,
    **dict.fromkeys(("schema", "sources", "sql"), RowsDocument),
}

_PROBLEMS = {
    400: "What was asked makes no sense, or takes too much.",
    404: "Nothing is called so.",
    406: "None of the forms is accepted.",
    421: "This server is not called so.",
    503: "There is no place, or the copy cannot be read; ask again later.",
}


def responses(document: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return every answer that a route gives, by its status."""
    headers = {
        "ETag": ("Of exactly these bytes.", "string"),
        "Vary": ("What else decides about the bytes.", "string"),
        "Rows-Total": ("How many rows the whole answer has.", "integer"),
    }
    forms: dict[str, Any] = {
        media.partition(";")[0]: {"schema": {"type": "string"}} for form, media in FORMS.items() if form != "json"
    }
    found: dict[int | str, dict[str, Any]] = {
        200: {
            "model": document,
            "content": forms,
            "headers": {
                name: {"description": text, "schema": {"type": kind}} for name, (text, kind) in headers.items()
            },
        },
        304: {"description": "The bytes are those of `If-None-Match`."},
    }
    for status, text in _PROBLEMS.items():
        found[status] = problem(text)
    return found


def problem(text: str) -> dict[str, Any]:
    """Return the answer that is a problem document."""
    return {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}


def parameters(declared: list[Parameter], in_path: str = "") -> list[dict[str, Any]]:
    """Return what a question can be given, and in which form its answer is wanted."""
    return [*(_parameter(each, in_path) for each in declared), *_FORM]


def _parameter(each: Parameter, in_path: str) -> dict[str, Any]:
    kind = {"text": "string", "whole": "integer", "number": "number", "flag": "boolean"}[each.kind]
    schema: dict[str, Any] = {"type": kind}
    if each.choices:
        schema["enum"] = list(each.choices)
    if each.least is not None:
        schema["minimum"] = each.least
    if each.default is not None:
        schema["default"] = each.default
    if each.is_repeated:
        schema = {"type": "array", "items": schema}
    place = "path" if each.name == in_path else "query"
    found = {
        "name": each.name,
        "in": place,
        "required": place == "path" or each.is_required,
        "description": each.help,
        "schema": schema,
    }
    return found | ({"style": "form", "explode": True} if each.is_repeated else {})


_FORM: list[dict[str, Any]] = [
    {
        "name": "format", "in": "query", "required": False,
        "description": "The form of the answer, where no Accept header can be sent.",
        "schema": {"type": "string", "enum": list(FORMS)},
    },
    {
        "name": "page", "in": "query", "required": False, "description": "Which of the pages, from 1 on.",
        "schema": {"type": "integer", "minimum": 1, "default": 1},
    },
    {
        "name": "per_page", "in": "query", "required": False, "description": "How many rows are on a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": ROWS, "default": ROWS},
    },
]  # fmt: skip
