"""The monthly share under definitions, against planted lineage that can be counted by hand (see planted.py)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests import planted
from tracker.answers.shares import share
from tracker.errors import SettingsError, UnknownName
from tracker.registry import definitions
from tracker.registry.definitions import Definition

REGISTRY = Path(__file__).parents[2] / "data" / "registry"
SEPTEMBER = {"first": date(2026, 9, 1), "until": date(2026, 9, 30)}


def definition(name: str = "default") -> Definition:
    return definitions.find(definitions.load(REGISTRY), name)


def column(frame: pl.DataFrame, by: str, name: str) -> dict[str, float | None]:
    return dict(zip(frame[by], frame[name], strict=True))


def counted(published, name: str, by: str = "family") -> dict[str, float]:
    return column(share(published, definition(name), by=by, **SEPTEMBER).frame, by, "derivatives")


def test_default_shares_a_merge_between_its_roots_and_keeps_what_has_no_family(published):
    answer = share(published, definition(), **SEPTEMBER)
    assert answer.frame.rows() == [
        ("2026-09", "Qwen", 3.5, 3.5 / 9, 3.5 / 9, 6.5 / 8, 9),  # bounds hold without Mistral's, which is gone since
        ("2026-09", "Llama", 2.5, 2.5 / 9, 1.5 / 9, 4.5 / 8, 9),
        ("2026-09", "Mistral", 1.0, 1 / 9, 0.0, 4 / 9, 9),
        ("2026-09", "unreviewed", 2.0, 2 / 9, 0.0, 3 / 8, 9),
    ]
    assert answer.coverage == {"traced": 6 / 9, "unreviewed": 2 / 9}
    assert answer.denominator == "all new derivatives of the month"


def test_fractional_credit_sums_to_the_models_and_full_credit_does_not(published):
    fractional = share(published, definition(), **SEPTEMBER)
    full = share(published, definition("default+credit=full"), **SEPTEMBER)
    assert fractional.frame["derivatives"].sum() == 9
    assert fractional.frame["share"].sum() == pytest.approx(1)
    assert full.frame["derivatives"].sum() == 10
    assert full.frame["share"].sum() == pytest.approx(10 / 9)
    assert full.definition == "default+credit=full"
    assert any("may sum to more than 1" in note for note in full.notes)
    assert not any("more than 1" in note for note in fractional.notes)


def test_one_month_under_three_definitions_gives_three_right_figures(published):
    """Qwen: 3.5 of 9 by roots; 2 of 9 by declared parents; 2 of the 4 with >5 downloads and a listed parent."""
    shares = {
        name: column(share(published, definition(name), by="family", **SEPTEMBER).frame, "family", "share")["Qwen"]
        for name in ("default", "hf-direct", "atom-family")
    }
    assert shares == {"default": 3.5 / 9, "hf-direct": 2 / 9, "atom-family": 2 / 4}


def test_first_credit_follows_the_first_declared_parent(published):
    assert counted(published, "default+credit=first") == {"Qwen": 4, "Llama": 2, "Mistral": 1, "unreviewed": 2}
    assert counted(published, "hf-direct+credit=first")["Llama"] == 2


def test_derivatives_of_a_mirror_reach_its_root_unless_mirrors_stand_as_uploaded(published):
    assert counted(published, "default+edge=direct")["Qwen"] == 2.5
    assert counted(published, "default+edge=direct+mirrors=as_uploaded")["Qwen"] == 1.5
    assert counted(published, "default+mirrors=as_uploaded")["Qwen"] == 2.5


def test_direct_parents_are_grouped_by_the_organization_behind_them(published):
    answer = share(published, definition("hf-direct"), **SEPTEMBER)
    assert answer.parameters["by"] == "base_publisher"
    assert column(answer.frame, "base_publisher", "derivatives") == {
        "Meta": 3, "Alibaba Cloud": 2, "Mistral AI": 1, "Unsloth": 1, "carol": 1, "ghost": 1, "someone": 1,
    }  # fmt: skip


def test_nearest_edge_counts_the_same_models(published):
    assert counted(published, "default+edge=nearest") == {"Qwen": 3.5, "Llama": 2.5, "Mistral": 1, "unreviewed": 2}


def test_names_count_every_family_that_is_named(published):
    """hugo, gina, carol's GGUF and judy name no family; dave names Qwen through the mirror's name."""
    assert counted(published, "hf-tag") == {"Llama": 3, "Qwen": 3, "Mistral": 1, "unreviewed": 4}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("own_organization=out", {"Qwen": 3.5, "Llama": 2.5, "unreviewed": 2}),
        ("relations=adapter quantized", {"Qwen": 2, "Mistral": 1}),
        ("universe=gguf", {"Qwen": 1, "Mistral": 1}),
        ("universe=library:peft", {"Qwen": 1}),
        ("universe=llm", {"Qwen": 2.5, "Llama": 2.5}),
        ("universe=pipeline:image-classification", {"unreviewed": 1}),
        ("min_downloads=7", {"Qwen": 3.5, "Llama": 1.5, "unreviewed": 1}),
        ("min_downloads=7+counter=downloads_30d", {"Qwen": 2.5, "Llama": 1.5, "unreviewed": 1}),
    ],
)
def test_each_parameter_counts_other_models(published, change, expected):
    assert counted(published, f"default+{change}") == expected


def test_a_removed_model_stays_in_its_month_unless_the_definition_says_otherwise(published):
    until_now = {"first": date(2026, 9, 1)}
    kept = share(published, definition(), **until_now)
    left_out = share(published, definition("default+removed=out"), **until_now)
    assert kept.frame["derivatives"].sum() == 9
    assert left_out.frame["derivatives"].sum() == 8
    assert any("removed" in note for note in left_out.notes)


BOUNDED = ["", "+credit=full", "+credit=first", "+denominator=traced", "+denominator=listed+listed=Qwen,Llama"]


@pytest.mark.parametrize("change", BOUNDED)
def test_bounds_hold_with_and_without_what_is_gone_since(published, change):
    """One of nine derivatives was removed: low and high are the outermost of both ways to count."""
    until_now = {"first": date(2026, 9, 1)}
    rows = {}
    with planted.altered("update models set removed_at = null") as all_there:
        rows["in"] = share(all_there, definition(f"default{change}"), **until_now).frame.rows(named=True)
    rows["out"] = share(published, definition(f"default+removed=out{change}"), **until_now).frame.rows(named=True)
    both = share(published, definition(f"default{change}"), **until_now).frame.rows(named=True)
    assert [(row["family"], row["share"]) for row in both] == [(row["family"], row["share"]) for row in rows["in"]]
    without = {row["family"]: row for row in rows["out"]}
    moved = 0
    for row, alone in zip(both, rows["in"], strict=True):
        other = without.get(row["family"], {"low": 0, "high": 0})
        if row["share"] is None:
            assert row["low"] is None and row["high"] is None
            continue
        assert row["low"] == pytest.approx(min(alone["low"], other["low"])), row
        assert row["high"] == pytest.approx(max(alone["high"], other["high"])), row
        moved += (row["low"], row["high"]) != (alone["low"], alone["high"])
    assert moved or "listed" in change, "without the one that is gone other shares are possible"


def test_bounds_of_a_month_are_the_same_however_it_is_asked_for(published):
    """What went after a month's last day is gone as well, whether or not the days since then are counted."""
    alone, since = (
        share(published, definition(), first=date(2026, 9, 1), until=day) for day in (SEPTEMBER["until"], None)
    )
    assert alone.frame.rows() == since.frame.filter(month="2026-09").rows()
    assert (
        alone.frame.filter(family="Mistral")["low"].item() == 0 < alone.frame.filter(family="Mistral")["share"].item()
    )


def test_bounds_are_those_of_the_month_where_few_are_gone():
    """Where nothing is gone, bounds are of what is untraced alone."""
    with planted.altered("update models set removed_at = null") as all_there:
        kept, left = (share(all_there, definition(f"default{each}"), **SEPTEMBER) for each in ("", "+removed=out"))
    assert kept.frame.rows() == left.frame.rows()


def test_rows_outside_the_denominator_are_shown_without_a_share(published):
    traced = share(published, definition("default+denominator=traced"), **SEPTEMBER).frame
    assert column(traced, "family", "share") == {"Qwen": 3.5 / 6, "Llama": 0.25, "Mistral": 1 / 6, "unreviewed": None}
    listed = share(published, definition("default+denominator=listed+listed=Qwen,Llama"), **SEPTEMBER).frame
    assert column(listed, "family", "share")["Qwen"] == 3.5 / 6
    assert column(listed, "family", "share")["Mistral"] is None
    models = share(published, definition("default+denominator=models"), **SEPTEMBER).frame
    assert column(models, "family", "share")["Qwen"] == 0.35


@pytest.mark.parametrize(
    ("by", "first_row"),
    [
        ("line", ("Qwen3", 3.5)),
        ("developer", ("Alibaba Cloud", 3.5)),
        ("origin_country", ("CN", 3.5)),
        ("region", ("Asia", 3.5)),
        ("publisher_country", ("FR", 1.0)),
        ("relation", ("finetune", 5.0)),
    ],
)
def test_every_group_sums_to_the_models(published, by, first_row):
    frame = share(published, definition(), by=by, **SEPTEMBER).frame
    assert frame.select(by, "derivatives").row(0) == first_row
    assert frame["derivatives"].sum() == 9
    assert frame["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize("name", sorted(definitions.load(REGISTRY)))
@pytest.mark.parametrize("by", ["family", "origin_country", "publisher_country"])
def test_bounds_hold_the_share_and_the_sql_gives_the_same_rows(published, name, by):
    chosen = definition(name)
    if chosen.measure not in ("share", "totals"):
        with pytest.raises(SettingsError, match="is about"):
            share(published, chosen)
        return
    if chosen.denominator == "listed" and by != chosen.group_by:
        with pytest.raises(SettingsError, match=f"out of listed {chosen.group_by} names"):
            share(published, chosen, by=by)
        return
    answer = share(published, chosen, by=by, first=date(2026, 8, 1))
    assert published.query(answer.sql).equals(answer.frame)
    assert "$" not in answer.sql
    for row in answer.frame.drop_nulls().iter_rows(named=True):
        assert 0 <= row["low"] <= row["share"] + 1e-12 <= row["high"] + 2e-12, row


def test_stock_counts_what_is_there_that_day(published):
    answer = share(published, definition("hf-direct+time_axis=stock"), by="family", until=date(2026, 9, 11))
    assert column(answer.frame, "family", "derivatives") == {"Qwen": 3, "Llama": 2, "unreviewed": 2}
    assert answer.denominator == "all derivatives that day"


def test_the_running_month_is_named(published):
    answer = share(published, definition())
    assert any(note.startswith("2026-10 is not over") for note in answer.notes)
    assert answer.parameters["from"] == "2026-09"
    assert answer.parameters["to"] == planted.SNAPSHOT


def test_an_empty_answer_says_that_models_are_not_dated():
    with planted.altered("update models set created_at = null, created_month = null") as published:
        empty = share(published, definition(), **SEPTEMBER)
        seen = share(published, definition("default+time_axis=first_seen"), **SEPTEMBER)
    assert empty.frame.is_empty()
    assert empty.notes[0].startswith("no rows: no model has a day of creation, --time-axis first_seen counts")
    assert seen.frame["derivatives"].sum() == 11


def test_only_limits_the_rows_and_not_the_denominator(published):
    answer = share(published, definition(), only=["Qwen"], **SEPTEMBER)
    assert answer.frame.select("family", "share").rows() == [("Qwen", 3.5 / 9)]
    assert answer.coverage["unreviewed"] == 2 / 9
    assert published.query(answer.sql).equals(answer.frame)


def test_unknown_names_answer_with_the_nearest(published):
    with pytest.raises(UnknownName, match="did you mean Qwen"):
        share(published, definition(), only=["Qwenn"], **SEPTEMBER)
    with pytest.raises(UnknownName, match="did you mean family"):
        share(published, definition(), by="familly")
    with pytest.raises(UnknownName, match="did you mean hf-direct"):
        definition("hf-dirct")
    with pytest.raises(UnknownName, match="did you mean hai-base-country"):
        definition("hai")
    with pytest.raises(UnknownName, match="no definition called 'zzz'; `tracker measure rules` lists them"):
        definition("zzz")


def test_a_known_family_without_derivatives_gives_no_rows(published):
    assert share(
        published, definition(), only=["Llama"], first=date(2026, 8, 1), until=date(2026, 8, 31)
    ).frame.is_empty()


def test_json_has_the_keys_and_plain_values_of_the_contract(published):
    answer = share(published, definition(), **SEPTEMBER).as_json()
    assert list(answer) == [
        "measure", "definition", "parameters", "snapshot_date", "denominator", "coverage", "rows", "sql",
        "notes", "about",
    ]  # fmt: skip
    assert answer["snapshot_date"] == "2026-10-05"
    assert answer["rows"][0].keys() == {"month", "family", "derivatives", "share", "low", "high", "n"}
    assert answer["parameters"]["to"] == "2026-09-30"
    assert answer["parameters"]["scope"] == "full"


def test_synthetic_data_says_so():
    with planted.published(synthetic=True) as published:
        answer = share(published, definition())
    assert answer.as_json()["about"]["synthetic"] is True
    assert any("synthetic demo data" in line for line in answer.footer())


def test_answers_do_not_depend_on_the_time_zone_of_a_session(published):
    """All planted models were created in the last minute of their day in UTC."""
    with planted.altered() as elsewhere:
        assert share(elsewhere, definition(), **SEPTEMBER).frame.equals(
            share(published, definition(), **SEPTEMBER).frame
        )


@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("default", 9),
        ("default+credit=full", 9),  # a merge is one model, whatever it is credited to
        ("default+own_organization=out", 8),
        ("default+denominator=models", 10),
        ("default+denominator=traced", 6),
        ("default+denominator=traced+credit=full", 6),
        ("default+denominator=listed+listed=Qwen,Mistral", 5),
        ("hf-tag", 10),
    ],
)
def test_n_is_the_number_of_models_that_the_denominator_counts(published, name, n):
    assert set(share(published, definition(name), by="family", **SEPTEMBER).frame["n"]) == {n}
