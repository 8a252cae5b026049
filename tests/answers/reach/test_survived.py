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
        f"of the derivatives created then, {LOST} were removed since and are counted: --set removed=out"
    )
    told = [note for note in asked(published, definition, "out").notes if LOST in note]
    assert len(told) == 1 and "are not counted: --set removed=in" in told[0]
    alone = asked(published, definition, "only").notes
    assert f"only models are counted that were removed by {planted.SNAPSHOT}" in alone
    assert not any(LOST in note for note in alone)


def test_months_before_the_removal_and_of_little_loss_say_nothing(published, definition) -> None:
    before = asked(published, definition, "in", until=planted.NIGHTS[-2])
    assert not any("removed" in note for note in before.notes)
    august = share(published, definition(), first=date(2026, 8, 1), until=date(2026, 8, 31))
    assert not any("removed" in note for note in august.notes)
    stock = share(published, definition("default+time_axis=stock"), **SEPTEMBER)
    assert not any(LOST in note for note in stock.notes)


def test_survivors_are_measured_by_month_and_family(published, definition) -> None:
    rows = measure(published, "survivors", {"first": "2026-09"}).frame.rows(named=True)
    lost = [(row["month"], row["family"], row["removed"], row["removed_share"]) for row in rows if row["removed"]]
    assert lost == [("2026-09", "Mistral", 1.0, 1.0)]
    assert {row["family"]: row["derivatives"] for row in rows} == counted(asked(published, definition, "in"))
    for removed, column in (("in", "share"), ("out", "share_of_rest")):
        told = {row["family"]: row[column] for row in rows if row[column]}
        shares = asked(published, definition, removed).frame.to_dicts()
        assert told == {row["family"]: row["share"] for row in shares if row["month"] == "2026-09"}, removed
    alone = measure(published, "survivors", {"first": "2026-09", "family": "Mistral"}).frame.rows(named=True)
    assert [(row["family"], row["share"], row["share_of_rest"]) for row in alone] == [("Mistral", 1 / 9, 0.0)]
    early = measure(published, "survivors", {"until": planted.NIGHTS[-2].isoformat()})
    assert not early.frame["removed"].sum()
