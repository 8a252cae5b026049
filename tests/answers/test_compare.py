"""One month under every definition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tracker.answers import compare, share
from tracker.errors import UnknownName
from tracker.registry import definitions

REGISTRY = Path(__file__).parents[2] / "data" / "registry"


def test_each_column_is_what_the_definition_alone_answers(published):
    known = definitions.load(REGISTRY)
    answer = compare(published, known.values(), month=date(2026, 9, 1))
    for name in ("default", "hf-direct", "atom-family", "hf-tag"):
        alone = share(published, known[name], by="family", first=date(2026, 9, 1), until=date(2026, 9, 30)).frame
        side = answer.frame.select("family", name).drop_nulls()
        assert dict(side.rows()) == dict(alone.drop_nulls().select("family", "share").rows())
    qwen = answer.frame.row(0, named=True)
    assert (qwen["family"], qwen["spread"]) == ("Qwen", 0.5 - 2 / 9)
    assert published.query(answer.sql).equals(answer.frame)


def test_what_is_left_out_is_said(published):
    answer = compare(published, definitions.load(REGISTRY).values(), by="base_publisher")
    assert "hf-window is left out: it is about downloads" in answer.notes
    assert any(note.startswith("hf-tag is left out: edge=name knows families") for note in answer.notes)
    assert answer.parameters["month"] == "2026-09"


def test_an_unknown_name_is_refused(published):
    with pytest.raises(UnknownName, match="did you mean Llama"):
        compare(published, definitions.load(REGISTRY).values(), only=["Llamma"])
