"""Every check passes on a right copy and finds the one fault that is planted for it."""

from __future__ import annotations

import pytest

from tests import planted
from tracker import checks
from tracker.errors import StoreError, UnknownName


def test_what_the_store_publishes_passes_every_check():
    with planted.published() as published:
        assert [str(finding) for finding in checks.run(published)] == []


@pytest.mark.parametrize("name", checks.names())
def test_a_check_finds_its_fault(name):
    breaks = checks.load(name).broken_by
    assert breaks, f"{name}.sql needs `-- broken by:` with a statement that breaks its rule in tests/planted.py"
    with planted.altered(breaks) as published:
        findings = {finding.check.name: finding for finding in checks.run(published)}
    assert name in findings
    assert str(findings[name]).startswith(f"{name}: ")


@pytest.mark.parametrize("name", checks.names())
def test_a_check_says_its_rule_and_what_a_row_is(name):
    check = checks.load(name)
    assert check.title
    assert check.row.startswith("a ")


def test_an_unknown_check_answers_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean lineage_weights"):
        checks.load("lineage_weight")


def test_a_check_that_cannot_run_is_named(monkeypatch: pytest.MonkeyPatch):
    wrong = checks.Check("made", "a rule", "a model", "", "select lykes from models")
    monkeypatch.setattr(checks, "names", lambda: ["made"])
    monkeypatch.setattr(checks, "load", lambda name: wrong)
    with planted.published() as published, pytest.raises(StoreError, match=r"check made: .*lykes"):
        list(checks.run(published))
