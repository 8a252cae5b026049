"""Front matter and CITATION.cff: whatever a text holds, a parser of YAML 1.1 and one of 1.2 read that text."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.handover.data_set import yaml as written

TRAPS = (
    "NO", "no", "on", "null", "~", "1e5", "0x1F", "2026-11-21", "12:30", "#x", "a: b", "a #b", "- x", "? x", "*a", "&a",
    "!t", "%d", "@x", "`x`", "{a: 1}", "[a]", "'", '"', "\\", "\\n", " x ", "", "\t", "\n", "a\r\nb", "\x00", "\x07",
    "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "漢", "é", "\U0001f600", "---", "...", "<<", "=",
)  # fmt: skip


def parsed(text: str) -> list[Any]:
    pyyaml = pytest.importorskip("yaml", reason="`make extras` installs it")
    ruamel = pytest.importorskip("ruamel.yaml", reason="`make extras` installs it")
    of_1_2 = ruamel.YAML(typ="safe", pure=True)
    of_1_2.version = (1, 2)
    return [pyyaml.safe_load(text), json.loads(json.dumps(of_1_2.load(io.StringIO(text))))]


def test_texts_that_yaml_takes_for_something_else_stay_texts() -> None:
    fields = {"title": "NO", "list": list(TRAPS), "configs": [{"name": each or "-", "number": 1} for each in TRAPS]}
    for found in parsed(written.document({key: value for key, value in fields.items() if value})):
        assert found == fields


@settings(max_examples=60)
@given(st.text(max_size=12))
@example("\ud800x")
def test_any_text_is_read_as_it_is(text: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for found in parsed(f"a: {written.text(text)}\n"):
        assert found == {"a": whole}


@pytest.mark.parametrize("key", ["no", "on", "y", "1e5", "a b", "", "null"])
def test_a_key_that_would_be_no_text_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="without quotes"):
        written.document({key: "x"})
