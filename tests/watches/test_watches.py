"""What watches find: once, from the night on which they were added, by whole and settled nights alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store import archived
from tests.store.nights import model, night
from tests.watches.conftest import BASE, House, some
from tracker import lock, pipeline, store
from tracker.api import watching
from tracker.errors import Busy, SettingsError, StoreError, UnknownName
from tracker.forgetting.night import forget
from tracker.store import Remark
from tracker.store.base import remarks
from tracker.watches import kept

LETTERS = ("zq/x_1", "zq/x%", "zq/x", "z*/a!")  # patterns that no model below matches, letter by letter


def test_a_removal_is_told_once_until_the_model_is_back(house: House) -> None:
    rest = ("zq/xx", *(f"other/{number}" for number in range(9)))
    house.night(night(0), some("zq/a", "zq/xa1", *rest))
    for pattern in ("ZQ/A*", *LETTERS):
        house.watch("removed", pattern)
    house.night(night(1), some(*rest))
    house.night(night(1), some("zq/a", *rest))  # collected again: it was there
    house.night(night(2), some(*rest[1:]))
    assert house.found() == [("zq/a", str(night(1)), f"zq/a was removed by {night(1)}")]
    house.night(night(3), some("zq/a", *rest[1:]))
    house.night(night(4), some(*rest[1:]))
    assert [point for _, point, _ in house.found()] == [str(night(1)), str(night(4))]


def test_a_part_of_the_hub_says_nothing_and_what_was_there_when_it_widened_is_no_news(house: House) -> None:
    house.night(night(0), some(), scope="top:1000")
    assert [house.watch("publisher", "ZQ").since, house.watch("removed", "zq/*").since] == [None, None]
    house.night(night(1), some("zq/a", "zq/b"))
    house.night(night(2), some("zq/b"), scope="top:1000")
    assert house.found() == []
    house.night(night(3), some("zq/b", "zq/c"))
    assert sorted(text for *_, text in house.found()) == [f"zq/a was removed by {night(3)}", "zq/c is new"]
    house.night(night(4), some("zq/a", "zq/b", "zq/c"))
    assert len(house.found()) == 2, "one that is back is not new"


def test_a_forced_or_unsettled_night_is_not_judged(begun: House) -> None:
    begun.night(night(1), some("zq/b", "zq/c"), judged=False)
    for remark in (Remark("plausible_count", "forced", True), Remark("counters_moved", "they stand still", False)):
        with store.open_work(begun.settings) as work:
            connection = work._connection
            newest = connection.execute("select run_id from nights order by snapshot_date desc limit 1").fetchall()[0][
                0
            ]
            remarks.note(connection, newest, [remark])
            work.publish()
        watching.after_night(begun.settings)
        assert begun.found() == []
        (note,) = watching.state(begun.settings).notes
        assert "nothing is told by the newest night" in note and remark.gate in note
    begun.night(night(2), some("zq/b", "zq/c"))
    assert begun.subjects == ["zq/a"]


def test_a_hole_in_a_night_is_not_told_and_what_it_took_for_good_is_told_the_next_night(house: House) -> None:
    many = [f"p{number % 40}/m{number:03}" for number in range(400)]
    numbered = {name: model(name, number + 1) for number, name in enumerate(many)}
    house.night(night(0), numbered.values())
    house.watch("removed", "p*/*")
    house.night(night(1), [numbered[name] for name in many[20:]])
    assert house.found() == []
    house.night(night(2), [numbered[name] for name in many[2:]])
    assert house.subjects == many[:2]


def tunes(days: list[int], base: str) -> list[dict[str, Any]]:
    """Return so many derivatives of a model created on each day from night 0 on."""
    start = datetime(2026, 11, 1, 12, tzinfo=UTC)
    return [
        model(f"{base}-t{day}-{at}", 5000 + 100 * day + at, created_at=start + timedelta(days=day), parents=[(1, base)])
        for day, many in enumerate(days)
        for at in range(many)
    ]


def test_a_number_is_told_when_it_is_passed_and_again_after_it_was_not(house: House) -> None:
    """A day counts when it is over; what was so when a watch was added is no news; missed nights hide no peak."""
    days = [4, 0, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4]
    base = model(BASE, 1)

    def on(number: int) -> None:
        house.night(night(number), [base, *tunes(days[: number + 1], BASE)])

    on(1)
    house.watch("derivatives-of", BASE.lower(), number=6, per="week")
    house.watch("derivatives-of", BASE, number=3, per="week")  # so it is already
    house.watch("derivatives-of", BASE, number=2, per="day")
    on(2)
    assert house.found() == []
    on(4)
    on(9)
    told = [(point, text.rpartition(": ")[0]) for _, point, text in house.found()]
    assert told == [
        (str(night(2)), f"{BASE} has 3 new direct derivatives on {night(2)}"),
        (str(night(2)), f"{BASE} has 7 new direct derivatives in the 7 days to {night(2)}"),
    ]
    on(17)
    assert len(house.found()) == 4, "more than 2 on a day, and more than 3 in a week"
    on(18)
    assert [point for _, point, _ in house.found()][2:] == [str(night(16)), str(night(16)), str(night(17))]


def test_nothing_is_told_twice_by_running_again(told: House) -> None:
    told.judge_again()
    told.night(night(1), some("zq/b", "zq/c"))
    (watch,) = kept.read(told.settings.data_dir)
    assert told.watch("removed", "zq/*") == watch, "one that is there stays as it is"
    watching.remove(told.settings, watch.id)
    assert told.watch("removed", "zq/*").since == night(1)
    told.judge_again()
    assert told.subjects == ["zq/a"]


def test_a_night_that_finds_others_at_work_is_judged_the_next_time(begun: House) -> None:
    data_dir = begun.settings.data_dir
    with lock.hold(data_dir / kept.FOLDER):
        with pytest.raises(Busy, match="at the watches of"):
            begun.watch("publisher", "zq")
        begun.night(night(1), some("zq/b", "zq/c"))
    with lock.hold(data_dir):
        watching.after_night(begun.settings)
        assert begun.watch("publisher", "zq").since == night(1), "a watch may be added while a night is collected"
    assert begun.found() == []
    watching.after_night(begun.settings)
    assert begun.subjects == ["zq/a"]


def test_a_restored_folder_goes_on_and_tells_nothing_again(told: House, tmp_path: Path) -> None:
    pipeline.back_up(told.settings, tmp_path / "backup")
    told.settings = replace(told.settings, data_dir=tmp_path / "again")
    pipeline.restore(told.settings, tmp_path / "backup")
    watching.after_night(told.settings)
    told.night(night(2), some("zq/c"))
    assert told.subjects == ["zq/a", "zq/b"]


def test_nights_before_a_watch_was_added_tell_nothing_whenever_they_come(begun: House) -> None:
    begun.watch("publisher", "zq")
    begun.watch("derivatives-of", BASE, number=1, per="week")
    past = ([BASE, "zq/a", "zq/old"], [BASE, "zq/a", "zq/old", "zq/older"], [BASE, "zq/a", "zq/b", "zq/old"])
    with store.open_work(begun.settings) as work:
        runs = []
        for days_before, names in zip((365, 8, 1), past, strict=True):
            rows = [archived.row(name, 100 + sum(name.encode())) for name in names]
            runs.append(archived.land_archived(begun.settings.data_dir, night(-days_before), rows))
        work.load_archived(runs, store.OtherNames())
        pipeline.show(begun.settings, work)
    watching.after_night(begun.settings)
    with store.open_published(begun.settings.data_dir) as published:
        gone = published.table("select model_id from models where removed_at is not null order by model_id")
    assert gone["model_id"] == ["zq/old", "zq/older"] and begun.found() == []
    begun.night(night(1), some("zq/b", "zq/c"))
    assert begun.subjects == ["zq/a"]


def test_a_forgotten_night_keeps_what_was_told_and_tells_it_no_second_time(told: House) -> None:
    told.night(night(2), some("zq/b", "zq/c"))
    forget(told.settings, night(1), "hub_models")
    told.judge_again()
    assert told.found() == [("zq/a", str(night(1)), f"zq/a was removed by {night(1)}")]


def test_what_is_found_to_be_private_goes_from_what_was_found(told: House) -> None:
    (hub_id,) = [each["hub_id"] for each in some("zq/a")[1:]]
    with store.open_work(told.settings) as work:
        pipeline.drop_private(told.settings, work, asked=[hub_id])
        pipeline.show(told.settings, work)
    told.judge_again()
    assert told.found() == []
    with store.open_published(told.settings.data_dir, generation=2) as published:
        assert published.table("from watch_matches").rows == [], "of earlier generations, too"


def test_a_watch_that_cannot_be_asked_stops_no_other(begun: House, caplog: pytest.LogCaptureFixture) -> None:
    path = kept.place(begun.settings.data_dir)
    said = json.loads(path.read_text())
    said["watches"].insert(0, {**said["watches"][0], "kind": "share-of", "names": ["Qwen"], "number": 2.0})
    path.write_text(json.dumps(said))
    begun.night(night(1), some("zq/b", "zq/c"))
    assert begun.subjects == ["zq/a"]


def test_a_file_that_is_none_fails_no_night_and_is_told(told: House, caplog: pytest.LogCaptureFixture) -> None:
    for spoilt in ("{", '{"version": 2, "watches": []}', '{"version": 1}', '{"version":1,"watches":[{}]}', "[]", "1"):
        kept.place(told.settings.data_dir).write_text(spoilt)
        caplog.clear()
        told.judge_again()
        assert "watches.json cannot be read" in caplog.text, spoilt
        with pytest.raises(StoreError, match="mend it, or put it back from a backup"):
            told.watch("removed", "zq/*")


@pytest.mark.parametrize(
    ("kind", "names", "said"),
    [
        ("removed", ["mistralai"], "write NAMESPACE/NAME or 'mistralai/\\*'"),
        ("derivatives-of", ["Qwen/*"], "is a pattern"),
        ("publisher", ["Qwen/Qwen3-8B"], "write its namespace, as in Qwen"),
        ("publisher", [" "], "is no name"),
        ("removed", ["zq/" + "x" * 300], "is no name"),
        ("overtakes", ["Qwen", "qwen"], "cannot overtake itself"),
    ],
)
def test_what_can_be_no_watch_is_refused(house: House, kind: str, names: list[str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        house.watch(kind, *names)
    assert not kept.place(house.settings.data_dir).exists()


def test_families_are_known_and_an_id_is_found_by_its_beginning(told: House) -> None:
    with pytest.raises(UnknownName, match="did you mean Qwen"):
        told.watch("share-of", "Qwne", number=2)
    watch = told.watch("overtakes", "llama", "QWEN")
    assert watch.names == ("Llama", "Qwen")
    assert watching.state(told.settings).table.height == 2
    assert watching.remove(told.settings, watch.id[:5]).id == watch.id
    with pytest.raises(UnknownName):
        watching.remove(told.settings, watch.id)


def test_a_folder_without_watches_is_not_looked_at(told: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(told.settings.data_dir / kept.FOLDER)
    monkeypatch.setattr(store, "open_published", None)
    watching.after_night(told.settings)
    shutil.rmtree(told.settings.data_dir)
    watching.after_night(told.settings)
