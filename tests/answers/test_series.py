"""Trends, rankings and differences between nights, against the planted nights 09-04, 09-05, 09-08, 09-30 and 10-05."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

import tracker
from tests import planted
from tracker import store
from tracker.answers import Axes, diff, top, trend
from tracker.errors import SettingsError, UnknownName
from tracker.words import COUNTERS, LISTS

DEFINITIONS = ["default", "default+edge=direct+credit=full"]


def rows(answer, *columns):
    return answer.frame.select(*columns).rows()


def test_a_missing_night_has_no_row_and_is_named(published, definition):
    answer = trend(published, definition(), Axes("families", "downloads"))
    assert answer.frame["snapshot_date"].unique().sort().to_list() == list(planted.NIGHTS)
    assert f"{planted.MISSING} nights are missing between 2026-09-04 and 2026-10-05" in answer.notes


def test_downloads_of_a_family_hold_its_roots_and_half_of_a_merge(published, definition):
    """Qwen on 10-05: 1000 + 200 + 400 + 100 + 3 + 10/2 + 7; on 09-04 without the GGUF, and carol 62 higher."""
    answer = trend(published, definition(), Axes("families", "downloads"), only=["Qwen"])
    by_night = dict(rows(answer, "snapshot_date", "value"))
    assert by_night[planted.SNAPSHOT] == 1715
    assert by_night[planted.NIGHTS[0]] == 1708 + 62


def test_every_month_takes_its_last_night(published, definition):
    answer = trend(published, definition(), Axes("families", "downloads"), every="month", only=["Llama"])
    assert rows(answer, "snapshot_date") == [(date(2026, 9, 30),), (date(2026, 10, 5),)]


def test_a_flow_spans_its_gap_and_flags_a_fall(published, definition):
    """M-Q comes with 3 downloads and leaves; the counter of Mistral-7B falls by 20,000, which is no value."""
    answer = trend(published, definition(), Axes("families", "downloads", flow=True), only=["Mistral"])
    found = rows(answer, "snapshot_date", "days", "value", "flag", "left_out")
    assert found[-1] == (date(2026, 10, 5), 5, 0, "fall", 0)
    assert found[-2] == (date(2026, 9, 30), 22, 3, "gap", 0)
    assert not any(value < 0 for _, _, value, *_ in found)
    assert any("counters fell" in note for note in answer.notes)


def test_a_settled_flow_spreads_its_gap_and_says_so(published, definition):
    """M-Q, created 16 days before it is first seen, brought its 3 downloads in these days."""
    answer = trend(published, definition(), Axes("families", "downloads", flow=True), only=["Mistral"], settled=True)
    found = rows(answer, "day", "value", "spread")
    assert [day for day, value, _ in found if value] == [date(2026, 9, day) for day in range(14, 30)]
    assert sum(value for _, value, _ in found) == pytest.approx(3)
    assert all(value == spread for _, value, spread in found)
    assert any("are spread over the days" in note for note in answer.notes)
    month = trend(
        published, definition(), Axes("families", "downloads", flow=True), only=["Mistral"], settled=True, every="month"
    )
    assert rows(month, "month", "value")[0] == (date(2026, 9, 1), pytest.approx(3))


def test_a_gap_over_the_end_of_a_month_is_spread_over_both_and_both_say_so(published, definition):
    """Between the nights of 09-30 and 10-05 four were missed: a fifth of what came is September's, spread there too."""
    flow = Axes("families", "downloads", flow=True)
    raw = trend(published, definition(), flow).frame.filter(pl.col("snapshot_date") == planted.SNAPSHOT)
    came = dict(raw.select("family", "value").iter_rows())
    assert raw["days"].unique().to_list() == [5] and sum(came.values()) > 0
    days = trend(published, definition(), flow, settled=True, first=date(2026, 9, 30)).frame
    for family, value in came.items():
        mine = days.filter(pl.col("family") == family)
        assert mine["value"].to_list() == pytest.approx([value / 5] * 5 if value else [0] * mine.height), family
        assert mine["spread"].to_list() == mine["value"].to_list()
        assert set(mine["flag"]) <= {"spread", "unsettled"}
    months = trend(published, definition(), flow, settled=True, every="month")
    for month, part in ((date(2026, 9, 1), 1 / 5), (date(2026, 10, 1), 4 / 5)):
        spread = months.frame.filter(pl.col("month") == month)["spread"].sum()
        assert spread >= part * sum(came.values()) - 1e-6, month
    assert "spread" in months.frame.columns and any("are spread over the days" in note for note in months.notes)


def test_what_a_gap_has_brought_to_a_month_since_is_told_beside_what_was_said_of_it(published, definition):
    """On 09-30 nobody knew of that day itself; four missed nights later a fifth of what came is its own."""
    question = {"of": "families", "flow": True, "settled": True, "every": "month", "first": "2026-09", "to": "2026-09"}
    with tracker.open(planted.folder()) as copy:
        both = copy.then("2026-09-30", lambda each: each.trend(**question)).table.dicts()
        csv = copy.trend(of="families", flow=True, settled=True, first="2026-09-30").frame.write_csv()
    raw = trend(published, definition(), Axes("families", "downloads", flow=True)).frame
    came = dict(raw.filter(pl.col("snapshot_date") == planted.SNAPSHOT).select("family", "value").iter_rows())
    assert {row["family"]: row["value_change"] for row in both if row["value_change"]} == pytest.approx(
        {family: value / 5 for family, value in came.items() if value}
    )
    assert all(row["spread_change"] == pytest.approx(row["value_change"]) for row in both if row["value_change"])
    assert csv.splitlines()[0].split(",") == ["day", "family", "value", "spread", "left_out", "flag"]
    assert all(line.endswith((",spread", ",unsettled")) for line in csv.splitlines()[1:])


def test_the_newest_days_of_an_earlier_day_were_not_settled(definition):
    """Read from the nights up to 09-30, what later nights tell is in no day, and the last three may still change."""
    day = date(2026, 9, 30)
    flow = Axes("families", "downloads", flow=True)
    with store.open_published(planted.folder(), as_of=day) as then:
        past = trend(then, definition(), flow, settled=True).frame
        raw = trend(then, definition(), flow).frame
    assert past["day"].max() == day - timedelta(days=1)
    assert past.filter(pl.col("flag") == "unsettled")["day"].unique().sort().to_list() == [
        day - timedelta(days=back) for back in (3, 2, 1)
    ]
    assert past["value"].sum() == pytest.approx(raw["value"].sum()) and raw["value"].sum() > 0


def test_what_does_not_go_together_is_refused(published, definition):
    flow = Axes("families", "downloads", flow=True)
    with pytest.raises(SettingsError, match="ask for it without --settled"):
        trend(published, definition(), flow, settled=True, robust=True)
    with pytest.raises(SettingsError, match="ask with --flow"):
        trend(published, definition(), Axes("families", "downloads"), settled=True)


SETTLED_OTHERWISE = [
    {"of": "tasks"},
    {"of": "families,tasks"},
    {"of": "families", "where": ["relation=finetune", "relation=quantized"]},
    {"of": "publishers"},
    {"of": "models", "where": ["family=Qwen"]},
    {"of": "families", "definition": "default+edge=direct+credit=full"},
    {"of": "countries", "models": ["Qwen/Qwen3-8B", "frank/tune"]},
]


@pytest.mark.parametrize("asked", SETTLED_OTHERWISE, ids=lambda asked: " ".join(map(str, asked.values())))
def test_whatever_a_flow_is_asked_for_can_be_settled(published, definition, asked):
    """The days of a group come to what its nights have brought, for filters, lists, definitions and two columns."""
    asked = dict(asked)
    axes = Axes(asked.pop("of"), "downloads", flow=True)
    rule = definition(asked.pop("definition", "default"))
    totals = []
    for settled in (False, True):
        frame = trend(published, rule, axes, settled=settled, rows=100, **asked).frame
        sums = frame.group_by(axes.columns).agg(pl.col("value").sum(), pl.col("left_out").sum()).sort(axes.columns)
        totals.append([tuple(row) for row in sums.iter_rows() if any(row[len(axes.columns) :])])
    raw, settled_rows = totals
    assert raw and [row[:-2] for row in raw] == [row[:-2] for row in settled_rows]
    for one, other in zip(raw, settled_rows, strict=True):
        assert one[-2:] == pytest.approx(other[-2:])


def test_kept_days_are_those_that_all_models_give(published, definition):
    """What nights keep of families is what the rows of all their models come to, day by day."""
    axes = Axes("families", "downloads", flow=True)
    kept = trend(published, definition(), axes, settled=True).frame
    of_models = trend(published, definition(), axes, settled=True, where=["upload=singly", "upload=bulk"]).frame
    assert kept.filter(pl.col("value") > 0).rows() == of_models.filter(pl.col("value") > 0).rows()


def test_nights_of_another_scope_are_left_out_and_never_differenced(definition):
    other = "update nights set scope = 'top:10' where snapshot_date = '2026-09-08'"
    with planted.altered(other) as published:
        answer = trend(published, definition(), Axes("families", "downloads", flow=True), only=["Llama"])
    assert rows(answer, "snapshot_date") == [(date(2026, 9, 5),), (date(2026, 9, 30),), (date(2026, 10, 5),)]
    assert "1 night of another scope than full is left out" in answer.notes


def test_origin_and_publisher_countries_are_two_columns(published, definition):
    origin = top(published, definition(), Axes("countries", "downloads"))
    publisher = top(published, definition(), Axes("countries", "downloads", country="publisher"))
    assert rows(origin, "origin_country", "value")[0] == ("CN", 1715)
    assert rows(publisher, "publisher_country", "value")[:2] == [("CN", 1400), ("US", 1000)]


def test_top_ranks_and_compares_with_the_night_a_month_ago(published, definition):
    everything = top(published, definition(), Axes("models", "downloads"), rows=100)
    ranks = {name: rank for rank, name in rows(everything, "rank", "model_id")}
    assert ranks["Qwen/Qwen3-8B"] == 1 < ranks["carol/tune"] < ranks["frank/tune"]  # among all, whoever is asked for
    answer = top(published, definition(), Axes("models", "downloads"), only=["carol/tune", "frank/tune"])
    assert rows(answer, "rank", "model_id", "value", "change", "compared_with") == [
        (ranks["carol/tune"], "carol/tune", 100, 100 / 160 - 1, date(2026, 9, 5)),
        (ranks["frank/tune"], "frank/tune", 50, None, date(2026, 9, 5)),
    ]


def test_top_gives_no_change_without_a_night_near_a_month_ago(definition):
    with planted.altered("delete from nights where snapshot_date between '2026-09-02' and '2026-09-08'") as published:
        answer = top(published, definition(), Axes("families", "downloads"))
    assert answer.frame["change"].is_null().all()
    assert answer.frame["compared_with"].is_null().all()
    assert answer.notes == ("no night within three days of 2026-09-05, so no change is given",)


def test_new_derivatives_are_those_of_thirty_days(published, definition):
    """Since 2026-09-05: bart's on Qwen; frank's and ivan's on Llama; erin's merge of the day before is out."""
    answer = top(published, definition(), Axes("families", "derivatives"))
    assert rows(answer, "family", "value", "new_derivatives_30d") == [
        ("Qwen", 5.5, 1), ("Llama", 2.5, 2), ("unreviewed", 2, 2),
    ]  # fmt: skip


def test_models_and_publishers_by_derivatives_are_what_is_built_on_them(published, definition):
    models = top(published, definition(), Axes("models", "derivatives"))
    publishers = top(published, definition(), Axes("publishers", "derivatives"))
    assert rows(models, "model_id", "value")[:2] == [("Qwen/Qwen3-8B", 5.5), ("meta-llama/Llama-3.1-8B", 1.5)]
    assert rows(publishers, "publisher", "value")[:2] == [("Qwen", 5.5), ("meta-llama", 2.5)]


def test_a_list_limits_what_a_definition_counts(published, definition):
    with pytest.raises(SettingsError, match="--list FILE"):
        top(published, definition("atom-downloads"), Axes("countries", "downloads", country="publisher"))
    answer = top(
        published, definition("atom-downloads"), Axes("countries", "downloads", country="publisher"),
        models=["Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B"],
    )  # fmt: skip
    assert rows(answer, "publisher_country", "value") == [("CN", 1000), ("US", 800)]


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("by", COUNTERS)
@pytest.mark.parametrize("of", LISTS)
@pytest.mark.parametrize("ask", [top, trend])
def test_the_sql_gives_the_same_rows(published, definition, ask, of, by, name):
    chosen = definition(name)
    if by == "derivatives" and chosen.measure != "share":
        with pytest.raises(SettingsError, match="is about downloads"):
            ask(published, chosen, Axes(of, by))
        return
    answer = ask(published, chosen, Axes(of, by))
    assert not answer.frame.is_empty()
    assert published.query(answer.sql).equals(answer.frame)


@pytest.mark.parametrize("of", ["families", "countries", "lines", "developers"])
@pytest.mark.parametrize("by", COUNTERS)
def test_the_rollup_and_the_record_agree(published, definition, of, by):
    """The same question by the rollup, and by the record under a definition that says the same."""
    same = definition("default+removed=out")
    quick = trend(published, definition(), Axes(of, by)).frame.filter(pl.col("value") > 0)
    slow = trend(published, same, Axes(of, by)).frame
    assert quick.with_columns(pl.col("value").cast(float)).equals(slow.with_columns(pl.col("value").cast(float)))


def test_unknown_names_answer_with_the_nearest(published, definition):
    with pytest.raises(UnknownName, match=r"no model called 'carol/tun'; did you mean carol/tune"):
        trend(published, definition(), Axes("models", "downloads"), only=["carol/tun"])
    with pytest.raises(UnknownName, match="no family called 'Lama'; did you mean Llama"):
        top(published, definition(), Axes("families", "downloads"), only=["Lama"])
    with pytest.raises(UnknownName, match="did you mean families"):
        Axes("famlies", "downloads")


def test_diff_shows_each_kind_of_change_and_the_movers(published):
    answer = diff(published, date(2026, 9, 30), planted.SNAPSHOT)
    columns = ("change", "changes", "model_id", "before", "after", "difference", "growth", "rank", "rank_before")
    assert answer.frame.select(columns).rows() == [
        ("family moved", 2, None, "1725", "1715", -10.0, -10 / 1725, 1, 1),
        ("family moved", 2, None, "308", "300", -8.0, -8 / 308, 3, 3),  # mistralai/M-Q has gone
        ("moved", 1, "carol/tune", "110", "100", -10.0, -10 / 110, 6, 6),
        ("removed", 1, "mistralai/M-Q", "2026-09-30", "unconfirmed", None, None, None, None),
        ("renamed", 1, "carol/tune", "carol/draft", "carol/tune", None, None, None, None),
        ("reparented", 1, "hugo/solo-ft", "finetune someone/other", "finetune someone/solo", None, None, None, None),
    ]
    assert answer.frame["family"].to_list()[:2] == ["Qwen", "Mistral"]
    assert answer.frame["family"][5] == "unreviewed"
    assert published.query(answer.sql).equals(answer.frame)


def test_a_week_ends_with_the_newest_night_and_begins_with_the_nearest_to_seven_days_before(published):
    week = diff(published, week=True)
    assert (week.parameters["from"], week.parameters["to"]) == (date(2026, 9, 30), planted.SNAPSHOT)
    assert week.frame.equals(diff(published, date(2026, 9, 30), planted.SNAPSHOT).frame)


def test_a_week_of_which_no_night_is_known_is_refused():
    with (
        planted.published(scope="top:3") as part,
        pytest.raises(SettingsError, match="within three days of 2026-09-28"),
    ):
        diff(part, week=True)


@pytest.mark.parametrize("asked", [{}, {"first": planted.SNAPSHOT}, {"first": planted.SNAPSHOT, "week": True}])
def test_a_diff_is_of_two_nights_or_of_a_week(published, asked):
    with pytest.raises(SettingsError, match="--week"):
        diff(published, **asked)


def test_nights_of_other_scopes_are_not_said_to_move():
    with planted.published(scope="top:3", before="full") as handle:
        answer = diff(handle, *planted.NIGHTS[-2:])
    assert not {"moved", "family moved"} & set(answer.frame["change"])
    assert "the two nights differ in source or scope" in answer.notes[1]


def test_diff_limits_each_kind_and_still_counts_it(published):
    answer = diff(published, planted.SNAPSHOT, date(2026, 9, 8), rows=2)
    created = answer.frame.filter(pl.col("change") == "created")
    assert created.select("changes", "model_id").rows() == [(7, "frank/tune"), (7, "hugo/solo-ft")]
    assert answer.parameters["from"] == date(2026, 9, 8)


def test_diff_of_a_day_without_a_snapshot_names_the_nearest(published):
    with pytest.raises(UnknownName, match="no snapshot called '2026-09-07'; did you mean 2026-09-08"):
        diff(published, date(2026, 9, 7), planted.SNAPSHOT)
