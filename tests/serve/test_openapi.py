"""The OpenAPI document: it describes what is there, and nothing that it allows breaks it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="the extra `serve` is not installed: pip install -r requirements/serve.lock")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own making
    schemathesis = pytest.importorskip(
        "schemathesis", reason="the extra `readers` is not installed: pip install -r requirements/readers.lock"
    )

from tests.serve.client import Server, serving
from tracker.cli import asked

SMALL = 2  # requests of an operation
LARGE = 400


@pytest.fixture(scope="module")
def server(demo_folder: Path) -> Iterator[Server]:
    with serving(demo_folder, "--timeout", "20") as server:
        yield server


def test_the_document_names_every_question_with_all_that_it_takes(server: Server) -> None:
    document = server.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    for name in asked.QUESTIONS:
        path = f"/api/{name}" if name != "measure" else "/api/measure/{name}"
        operation = document["paths"][path]["get"]
        named = {each["name"] for each in operation["parameters"]}
        assert named == {each.name for each in asked.parameters(name)} | {"format", "page", "per_page"}
        assert all(each["description"] for each in operation["parameters"])
        assert {"200", "304", "400", "404", "406", "421", "503"} == set(operation["responses"])
        ok = operation["responses"]["200"]
        assert set(ok["content"]) == {"application/json", "text/csv", "application/vnd.apache.arrow.stream"}
        assert "$ref" in ok["content"]["application/json"]["schema"]
        assert {"ETag", "Vary", "Rows-Total"} <= set(ok["headers"])
    assert set(document["paths"]) == {*(f"/api/{each}" for each in asked.QUESTIONS), "/api/measure/{name}"}
    about = document["components"]["schemas"]["About"]
    assert {"id", "rows_id", "copy_id", "generation"} <= set(about["required"])
    assert about["additionalProperties"] is False


# that what fits the schema is accepted is none: a text may be no name that is known
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance",
)  # fmt: skip


def attack(server: Server, examples: int) -> int:
    """Ask what the document allows, and what it forbids; return how many requests were made."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    operations = [each.ok() for each in schema.get_all_operations()]
    return sum(_attacked(each, mode, examples) for each in operations for mode in modes)


def _attacked(operation: Any, mode: Any, examples: int) -> int:
    made = 0
    checks = [getattr(schemathesis.checks, name) for name in CHECKS]

    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate], derandomize=examples == SMALL,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal made
        made += 1
        case.call_and_validate(checks=checks, timeout=60)

    ask()
    return made


def test_nothing_that_is_allowed_breaks_it(server: Server) -> None:
    assert attack(server, SMALL) >= 10 * SMALL


@pytest.mark.soak
def test_nothing_of_thousands_breaks_it(server: Server) -> None:
    assert attack(server, LARGE) >= 10 * LARGE


# values near those that make sense reach further than any at random
NEAR = {
    "names": ["Qwen", "Llama", "通义", "", "x" * 3000], "by": ["family", "line", "downloads", "tokens", "rating", "x"],
    "month": ["2026-10", "2019-01", "x"], "from": ["2026-10", "2026-11-01", "1-1"], "to": ["2026-11-21", "9999-12"],
    "where": ["publisher_country=US", "family=Qwen", "="], "of": ["models", "families", "publishers,countries"],
    "as-of": ["2026-11-14", "2020-01-01", "x"], "then": ["2026-11-14", "1970-01-01"], "definition": ["hf-direct", "x"],
    "set": ["credit=full", "credit", "universe=library:gguf"], "list": ["Qwen/Qwen2.5-7B", "/etc/passwd"],
    "model": ["Qwen/Qwen2.5-7B", "a/b"], "name": ["launch", "concentration", "tokens", "rules", "cohort"],
    "param": ["names=Qwen", "family=Qwen", "=", "a=1"], "sql": ["select 1", "from models limit 20000", "select $a"],
    "rows": ["1", "0", "99999999999999999999", "x"], "limit": ["1", "-1"], "table": ["models", "x"],
    "every": ["week", "month", "night"], "per_page": ["1", "7", "0"], "page": ["1", "2", "99"], "publisher": ["Qwen"],
    "format": ["json", "csv", "arrow", "x"], "timeout": ["0.1", "x", "1e9"],
}  # fmt: skip


@st.composite
def near_questions(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    name = draw(st.sampled_from([each for each in asked.QUESTIONS if each != "claims"]))
    known = [each.name for each in asked.parameters(name)]
    chosen = draw(st.lists(st.sampled_from([*known, "format", "page", "per_page"]), max_size=4))
    given = []
    for each in chosen:
        declared = next((one for one in asked.parameters(name) if one.name == each), None)
        values = NEAR.get(each) or (list(declared.choices) if declared and declared.choices else ["true", "1", "x"])
        given.append((each, draw(st.sampled_from(values))))
    return name, given


@settings(max_examples=int(os.environ.get("NEAR_EXAMPLES", "25")), deadline=None, database=None, derandomize=True,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(asked_for=near_questions())
def test_no_question_near_one_that_makes_sense_ends_in_an_error_of_ours(
    server: Server, asked_for: tuple[str, list[tuple[str, str]]]
) -> None:
    name, given = asked_for
    path = name
    if name == "measure":
        names = [value for each, value in given if each == "name"]
        path = f"measure/{names[0]}" if names else "measure"
        given = [each for each in given if each[0] != "name"]
    got = server.ask(path, given)
    assert got.status in (200, 400, 404) and (got.status == 200 or got.json["detail"]), (path, given, got.body)
