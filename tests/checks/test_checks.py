"""Every check passes on a right copy and finds the one fault that is planted for it."""

from __future__ import annotations

import pytest

from tests import planted
from tracker import checks
from tracker.errors import UnknownName

# check -> the fault that it alone is there to find
ERIN, JUDY, QWEN = "erin/merge", "judy/new", "Qwen/Qwen3-8B"
FAULTS = {
    "counters_are_counts": f"update models set likes = -1 where model_id = '{JUDY}'",
    "countries_are_registered": f"update models set publisher_country = 'China' where model_id = '{QWEN}'",
    "every_model_has_lineage": f"update models set is_root = false where model_id = '{JUDY}'",
    "families_are_registered": f"update lineage_rows set family = 'Quen' where root_id = '{QWEN}'",
    "latest_night_is_whole": "insert into record select * from record where snapshot_date = '2026-10-05' limit 1",
    "licenses_have_a_reason": f"update models set license_class = 'open-source' where model_id = '{JUDY}'",
    "lineage_weights": f"update lineage_rows set credit = 500000001 where model_id = '{ERIN}' and root_id = '{QWEN}'",
    "models_are_unique": f"update models set model_id = 'carol/tune' where model_id = '{JUDY}'",
    "months_are_of_utc": f"update models set created_month = '2026-08-01' where model_id = '{JUDY}'",
    "nearest_weights": f"delete from nearest_rows where model_id = '{ERIN}' and line = 'Qwen3'",
    "rollup_agrees_with_the_record": "update nights set downloads_30d = downloads_30d + 10",
    "rollups_agree": "update open_families set derivatives_credit = 2 * derivatives_credit where line = 'Qwen3'",
    "rollups_follow_one_registry": "update nights set registry_version = 'another' where snapshot_date = '2026-10-05'",
    "roots_are_themselves": f"update lineage_rows set root_key = model_key where model_id = '{ERIN}'",
}


def test_what_the_store_publishes_passes_every_check():
    with planted.published() as published:
        assert [str(finding) for finding in checks.run(published)] == []


@pytest.mark.parametrize("name", checks.names())
def test_a_check_finds_its_fault(name):
    with planted.altered(FAULTS[name]) as published:
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
