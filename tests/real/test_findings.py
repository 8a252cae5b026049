"""docs/world.md, the page about the real Hub, says what the tracker says of the recordings today."""

from __future__ import annotations

import re

import pytest

import tracker
from tests import planted
from tests.real import findings

SHOWN = {found["name"]: found[0] for found in findings.BLOCK.finditer(findings.PAGE.read_text(encoding="utf-8"))}


def test_the_sql_that_the_page_shows_runs() -> None:
    shown = re.findall(r'^\$ tracker sql "([^"]+)"$', findings.PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    with tracker.open(planted.folder()) as copy:
        assert len(shown) == 2 and all(copy.sql(sql).frame.height for sql in shown)


def test_every_sample_has_its_place() -> None:
    assert set(SHOWN) == set(findings.SAMPLES)


@pytest.mark.parametrize("name", findings.SAMPLES)
def test_what_is_said_of_a_recording_is_up_to_date(name: str) -> None:
    if not findings.is_there(name):
        pytest.skip(f"{findings.SAMPLES[name].file} is not among the recorded real data")
    assert findings.block(name) in SHOWN[name], "write it anew with `python -m tests.real.findings`"
