"""Every check passes on a right copy and finds the one fault that is planted for it."""

from __future__ import annotations

import planted
import pytest

from tracker import checks
from tracker.errors import UnknownName

# check -> the fault that it alone is there to find
FAULTS = {
    "counters_are_counts": "update models set likes = -1 where model_key = 10",
    "countries_are_registered": "update models set publisher_country = 'China' where model_key = 1",
    "every_model_has_lineage": "delete from lineage_rows where model_key = 19",
    "families_are_registered": "update lineage_rows set family = 'Quen' where model_key = 1",
    "latest_night_is_whole": "insert into record select * from record where snapshot_date = '2026-10-05' limit 1",
    "lineage_weights": "update lineage_rows set weight = 0.6 where model_key = 12 and root_key = 1",
    "models_are_unique": "update models set model_id = 'carol/tune' where model_key = 19",
    "months_are_of_utc": "update models set created_month = '2026-08-01' where model_key = 19",
    "nearest_weights": "delete from nearest where model_key = 12 and family = 'Qwen3'",
    "rollup_agrees_with_the_record": "update nights set downloads_30d = downloads_30d + 10",
    "rollups_agree": "update daily_families set derivatives = derivatives + 1 where family = 'Qwen3'",
    "roots_are_themselves": "update lineage_rows set depth = 1 where model_key = 1",
}


@pytest.fixture
def published():
    handle = planted.build()
    yield handle
    handle.connection.close()


def test_a_right_copy_passes_every_check(published):
    assert [str(finding) for finding in checks.run(published)] == []


@pytest.mark.parametrize("name", checks.names())
def test_a_check_finds_its_fault(published, name):
    published.connection.execute(FAULTS[name])
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
