"""What a past month has lost since: said beside its share, counted both ways and alone, measured by family."""

from __future__ import annotations

from datetime import date

from tests import planted
from tracker.answers import measure, share

SEPTEMBER = {"first": date(2026, 9, 1), "until": planted.SNAPSHOT}
LOST = "11.1% of 2026-09"  # of nine derivatives one, Mistral's own


def asked(published, definition, removed: str, **named):
    return share(published, definition(f"default+removed={removed}"), **SEPTEMBER | named)


def counted(answer) -> dict[str, float]:
    return {row["family"]: row["derivatives"] for row in answer.frame.to_dicts() if row["month"] == "2026-09"}


def test_removed_models_count_are_left_out_or_stand_alone(published, definition) -> None:
    within, out, only = (counted(asked(published, definition, each)) for each in ("in", "out", "only"))
    assert only == {"Mistral": 1.0}
    assert within == {**out, "Mistral": 1.0} and "Mistral" not in out


def test_a_month_that_lost_much_says_so_and_what_was_done_with_it(published, definition) -> None:
    (told,) = (note for note in asked(published, definition, "in").notes if "removed" in note)
    assert told.startswith(
        f"of the derivatives created then, {LOST} were removed since and are counted; low and high hold "
    )
    told = [note for note in asked(published, definition, "out").notes if LOST in note]
    assert len(told) == 1 and f"removed since; what was gone by {planted.SNAPSHOT} is not counted" in told[0]
    alone = asked(published, definition, "only").notes
    assert f"only models are counted that were removed by {planted.SNAPSHOT}" in alone
    assert not any(LOST in note for note in alone)


def test_what_went_after_the_period_is_told_and_still_counted(published, definition) -> None:
    before = asked(published, definition, "out", until=planted.NIGHTS[-2])
    assert counted(before)["Mistral"] == 1.0
    assert any(LOST in note and "what was gone by 2026-09-30 is not counted" in note for note in before.notes)


def test_months_of_little_loss_and_the_stock_say_nothing(published, definition) -> None:
    august = share(published, definition(), first=date(2026, 8, 1), until=date(2026, 8, 31))
    assert not any("removed" in note for note in august.notes)
    stock = share(published, definition("default+time_axis=stock"), **SEPTEMBER)
    assert not any(LOST in note for note in stock.notes)


def test_survivors_are_measured_by_month_and_family(published, definition) -> None:
    rows = measure(published, "survivors", {"first": "2026-09"}).frame.rows(named=True)
    lost = [(row["month"], row["family"], row["removed"], row["removed_share"]) for row in rows if row["removed"]]
    assert lost == [("2026-09", "Mistral", 1.0, 1.0)]
    assert {row["family"]: row["derivatives"] for row in rows} == counted(asked(published, definition, "in"))
    for removed, column in (("in", "share"), ("out", "rest_share")):
        told = {row["family"]: row[column] for row in rows if row[column]}
        shares = asked(published, definition, removed).frame.to_dicts()
        assert told == {row["family"]: row["share"] for row in shares if row["month"] == "2026-09"}, removed
    alone = measure(published, "survivors", {"first": "2026-09", "family": "Mistral"}).frame.rows(named=True)
    assert [(row["family"], row["share"], row["rest_share"]) for row in alone] == [("Mistral", 1 / 9, 0.0)]
    early = measure(published, "survivors", {"until": planted.NIGHTS[-2].isoformat()})
    assert not early.frame["removed"].sum()
