"""The claims ledger: its rows, its verdicts, and what it says where it cannot say anything."""

from __future__ import annotations

from datetime import date

import pytest

from tests import planted
from tests.claims.ledger import ALL, CLAIMS, DEFINITIONS, REGISTRY, claim, judged, ours
from tracker import claims
from tracker.answers.counted.grouping import GROUPS
from tracker.claims import figures, tokens
from tracker.claims.fit import readings_of
from tracker.errors import RegistryError, SettingsError, UnknownName
from tracker.registry import points
from tracker.registry.claims import ASKS, find


def test_the_ledger_holds_the_published_figures():
    ids = [each.id for each in CLAIMS]
    assert len(ids) >= 90
    assert {f"F{number:02d}" for number in range(1, 91)} <= set(ids)


def test_every_claim_names_groups_and_organizations_that_exist():
    """A renamed family or organization would silently make its claims differ."""
    families = set((REGISTRY / "families.csv").read_text(encoding="utf-8").replace(",", "\n").splitlines())
    organizations = set((REGISTRY / "organizations.csv").read_text(encoding="utf-8").replace(",", "\n").splitlines())
    known = {"family": families, "base_publisher": organizations, "publisher_organization": organizations}
    known["base_namespace"] = organizations
    for each in CLAIMS:
        assert each.by in GROUPS or each.by in ("", "model_id"), each.id
        for point in each.points if each.by in known else ():
            assert set(point.groups) <= known[each.by], f"{each.id}: {point.text}"


def test_every_kind_of_question_is_asked_or_known():
    assert {each.asks for each in CLAIMS} <= set(ASKS)
    assert {*figures.ASKS, *tokens.ASKS, "none"} == set(ASKS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02 Qwen = 0.69", (date(2026, 2, 1), date(2026, 2, 28), "Qwen", "=", 0.69, 0.69)),
        ("2026-03-27 = 2040000000", (date(2026, 3, 27), date(2026, 3, 27), "", "=", 2.04e9, 2.04e9)),
        ("2025-01-01..2025-12-31 Liquid AI > 100", (date(2025, 1, 1), date(2025, 12, 31), "Liquid AI", ">", 100, 100)),
        ("2026-01 CN = 180..210", (date(2026, 1, 1), date(2026, 1, 31), "CN", "=", 180, 210)),
    ],
)
def test_points_are_read(text, expected):
    point = points.parse(text)[0]
    assert (point.first, point.until, point.group, point.operator, point.value, point.upto) == expected


@pytest.mark.parametrize(
    ("text", "computed", "distance"),
    [
        ("2026-02 Qwen = 0.5", 0.6, 0.2),
        ("2026-02 Qwen > 0.5", 0.6, 0),
        ("2026-02 Qwen > 0.5", 0.4, 0.2),
        ("2026-02 Qwen < 0.5", 0.6, 0.2),
        ("2026-02 Qwen = 180..210", 200, 0),
        ("2026-02 Qwen = 180..210", 231, 0.1),
        ("2026-02 Qwen = 180..210", 90, 0.5),
    ],
)
def test_distance_is_relative_to_what_is_said(text, computed, distance):
    assert points.parse(text)[0].distance(computed) == pytest.approx(distance)


@pytest.mark.parametrize(
    ("distances", "verdict"),
    [([0.0, 0.01], "reproduced"), ([0.0, 0.05], "within band"), ([0.0, 0.2], "differs")],
)
def test_the_farthest_point_decides(distances, verdict):
    assert points.verdict(distances, tolerance=0.01, band=0.1) == verdict


def test_shares_are_those_of_the_definition(published):
    text = "2026-09 Qwen = 0.3889; 2026-09 Llama = 0.2778"
    row = judged(published, claim("share", text, "family"))
    assert row["verdict"] == "reproduced"
    assert ours(published, "share", text, "family") == [3.5 / 9, 2.5 / 9]
    assert ours(published, "share", "2026-09 Qwen = 1", "family", "hf-direct") == [2 / 8]


def test_the_highest_month_of_a_period_is_its_peak(published):
    """August has one derivative, of Qwen; a third of September's credit is Llama's."""
    months = "2026-08-01..2026-09-30"
    assert ours(published, "peak_share", f"{months} Qwen = 1; {months} Llama = 0.3", "family") == [1, 2.5 / 9]


def test_bases_are_told_apart_by_their_namespace(published):
    """The mirror at unsloth is Alibaba's organization for nobody; two of the eight parents are Qwen's."""
    assert ours(published, "share", "2026-09 Qwen = 0.25", "base_namespace", "hf-direct") == [2 / 8]
    assert ours(published, "count", "2026-10-01 unsloth = 1", "base_namespace", "hf-direct") == [1]


def test_counts_of_a_day_a_window_and_a_quotient(published):
    """carol's and erin's parents are Alibaba's, as is that of the one model of August; M-Q is gone."""
    organization = ("base_publisher", "hf-direct")
    assert ours(published, "count", "2026-10-01 Alibaba Cloud = 3", *organization) == [3]
    assert ours(published, "count", "2026-09-01..2026-09-30 Alibaba Cloud = 2", *organization) == [2]
    assert ours(published, "count", "2026-10-01 Alibaba Cloud / Meta = 1", *organization) == [1]
    assert ours(published, "per_day", "2026-09-01..2026-09-30 Meta = 0.1", *organization) == [0.1]
    assert ours(published, "count", "2026-08-31 = 6", "", "hub-totals") == [6]
    assert ours(published, "growth", "2026-08-31..2026-10-05 transformers = 0.4", "library_name", "hub-totals") == [0.8]


def test_downloads_of_a_night_and_between_two(published):
    itself = ("publisher_organization", "hub-downloads")
    assert ours(published, "downloads", "2026-10-05 Alibaba Cloud = 9900", *itself) == [9900]
    assert ours(published, "downloads_30d", "2026-10-05 Alibaba Cloud = 1400", *itself) == [1400]
    assert ours(published, "downloads_share", "2026-10-05 Mistral AI = 0.5", *itself)[0] == pytest.approx(30000 / 62244)
    assert ours(published, "window", "2026-09-05..2026-10-05 Alibaba Cloud = 60", *itself) == [60]
    assert ours(published, "window_per_day", "2026-09-05..2026-10-05 Alibaba Cloud = 2", *itself) == [2]
    between = ours(published, "window_share", "2026-09-05..2026-10-05 Alibaba Cloud / Meta = 2", *itself)
    assert between == [2]


def test_concentration_sizes_and_attention(published):
    assert ours(published, "largest", "2026-10-05 1 = 0.5")[0] == pytest.approx(30000 / 62244)
    assert ours(published, "below", "2026-10-05 41 = 0.5") == [8 / 15]
    assert ours(published, "below", "2026-09-05..2026-10-05 41 = 0.9") == [14 / 15]
    assert ours(published, "created_by", "2026-10-05 2024 = 0.8")[0] == pytest.approx(50000 / 62244)
    assert ours(published, "size_share", "2026-10-05 1B-9B = 1; 2026-10-05 >9B of Meta = 0.1") == [1, None]
    assert ours(published, "attention", "2026-09-05..2026-10-05 shared = 15; 2026-09-05..2026-10-05 2026 = 11") == [
        15,
        11,
    ]


def test_descendants_and_ranks(published):
    """Below Qwen3-8B-Instruct: carol's model and bart's GGUF, 107 of 507 downloads."""
    assert ours(published, "derivative_downloads", "2026-10-05 Qwen/Qwen3-8B-Instruct = 0.2") == [107 / 507]
    assert ours(published, "derivatives_rank", "2026-10-05 Qwen/Qwen3-8B = 1; 2026-10-05 carol/tune = 2") == [1, 3]
    assert ours(published, "largest_release", "2026-09 unreviewed = 1") == [8e9]


def test_a_list_is_needed_where_the_author_has_one(published):
    made = claim("downloads", "2026-10-05 CN = 9000", "publisher_country", "atom-downloads")
    assert judged(published, made)["why"] == ("needs the list of models of atom-downloads; name it with --list FILE")
    assert judged(published, made, models=["Qwen/Qwen3-8B"])["verdict"] == "reproduced"
    assert judged(published, claim("listed", "2026-10-05 = 2", "", "atom-downloads"), models=["a/b", "c/d"])["ours"]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (claim("none", "", definition="", needs="needs OpenRouter"), "needs OpenRouter"),
        (claim("share", "2026-12 Qwen = 1", "family"), "needs a snapshot of 2026-12-31 or later; this copy is of"),
        (claim("share", "2025-01 Qwen = 1", "family"), "needs the whole Hub; 2025-01 has 0 derivatives here"),
        (
            claim("largest", "2026-01-01 200 = 0.5"),
            "needs a snapshot of about 2026-01-01; the nights here run from 2026-09-04 to 2026-10-05",
        ),
        (claim("window", "2026-10-05..2026-10-10 = 1", "", "hub-downloads"), "needs two nights"),
        (claim("downloads_30d", "2026-10-05 no/one = 1", "model_id", "hub-downloads"), "needs downloads of no/one"),
        (claim("license_share", "2026-10-05 mit = 1"), "needs models that declare a licence"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_says_what_it_needs(published, made, reason):
    row = judged(published, made)
    assert row["verdict"] == "cannot"
    assert row["why"].startswith(reason)


def test_numbers_and_ratios_of_the_whole_hub_need_a_copy_of_it(published):
    count = judged(published, claim("count", "2026-10-01 = 16", "", "hub-totals"), whole_hub=1_000)
    assert count["why"] == "needs the whole Hub; this copy holds 15 models"
    one_model = claim("downloads_30d", "2026-10-05 carol/tune = 100", "model_id", "hub-downloads")
    assert judged(published, one_model, whole_hub=1_000)["verdict"] == "reproduced"
    with planted.published(scope="top:100") as partial:
        why = judged(partial, claim("share", "2026-09 Qwen = 0.4", "family"))["why"]
    assert why == "needs the whole Hub; this copy covers top:100"


def test_fit_ranks_the_readings(published):
    made = claim("share", "2026-09 Qwen = 0.25", "family", "hf-direct")
    frame = claims.fit(published, made, DEFINITIONS, **ALL).frame
    assert frame["rank"].to_list() == list(range(1, frame.height + 1))
    assert frame.row(0, named=True)["distance"] == 0
    assert frame["distance"].is_sorted()
    assert frame["off"][0] == "agrees"
    assert "hf-direct" in frame["definition"].to_list()


def test_fit_tries_other_common_rules_where_nothing_is_open():
    names = [each.name for each in readings_of(DEFINITIONS["default"])]
    assert names[0] == "default"
    assert len(names) == len(set(names)) == 3 * 3 * 2 * 2


def test_a_reading_that_cannot_be_asked_stands_last_with_its_reason(published):
    made = claim("count", "2026-10-01 Meta = 3", "base_publisher")
    last = claims.fit(published, made, DEFINITIONS, **ALL).frame.row(-1, named=True)
    assert last["distance"] is None
    assert last["missing"].startswith("needs another rule: edge=nearest knows families")


def test_a_claim_without_a_rule_cannot_be_fitted(published):
    with pytest.raises(SettingsError, match="F04 cannot be fitted: needs the private download history"):
        claims.fit(published, find(CLAIMS, "f04"), DEFINITIONS)
    with pytest.raises(UnknownName, match="did you mean"):
        find(CLAIMS, "F500")


def test_every_row_of_the_ledger_is_judged(ledger):
    assert ledger.frame["id"].to_list() == [each.id for each in CLAIMS]
    assert set(ledger.frame["verdict"]) <= set(claims.VERDICTS)
    assert ledger.frame["why"].null_count() == 0
    assert ledger.frame.filter(ledger.frame["verdict"] == "cannot")["why"].str.starts_with("needs ").all()
    assert sum(ledger.parameters["verdicts"].values()) == len(CLAIMS)


def test_on_synthetic_data_every_answer_says_so():
    with planted.published(synthetic=True) as published:
        judged_all = claims.evaluate(published, CLAIMS, DEFINITIONS)
        fitted = claims.fit(published, find(CLAIMS, "F20"), DEFINITIONS)
    for answer in (judged_all, fitted):
        assert answer.as_json()["about"]["synthetic"] is True
        assert any("synthetic demo data" in line for line in answer.footer())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("2026-02 Qwen = 0.69", "2026-02 Qwen is 0.69"), "points cannot be read: '2026-02 Qwen is 0.69' is no point"),
        ((",atom-deriv,", ",atom-derive,"), "no definition called 'atom-derive'; did you mean atom-deriv"),
        ((",share,", ",shares,"), "asks is 'shares'; use one of"),
        (('"needs the newspaper', '"the newspaper'), "asks for nothing, so needs must say what is missing"),
        ((",0.05,", ",five,"), "write a relative distance such as 0.02"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path, wrong, message):
    for name in ("claims.csv", "definitions.csv"):
        text = (REGISTRY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(*wrong) if name == "claims.csv" else text, encoding="utf-8")
    with pytest.raises(RegistryError) as caught:
        claims.load(tmp_path)
    assert any(message in problem and "claims.csv:" in problem for problem in caught.value.problems)
