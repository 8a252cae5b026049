"""Watches of families: whole months, beyond bounds and chance, each change told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.store.nights import model
from tests.watches.conftest import House
from tracker.api import watching

QWEN, LLAMA = "Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B"
MONTHS = {  # derivatives of Llama and of Qwen
    date(2026, 6, 1): (60, 140),
    date(2026, 7, 1): (60, 140),
    date(2026, 8, 1): (130, 80),
    date(2026, 9, 1): (135, 65),
    date(2026, 10, 1): (101, 99),  # within chance: they swing
    date(2026, 11, 1): (99, 101),
    date(2026, 12, 1): (140, 60),
    date(2027, 1, 1): (140, 60),
}


def until(day: date) -> list[dict[str, Any]]:
    """Return all models that were created before a day, the derivatives of a month within its first ten days."""
    made = [model(QWEN, 1), model(LLAMA, 2)]
    number = 10
    for month, counts in MONTHS.items():
        for base, name, many in ((2, LLAMA, counts[0]), (1, QWEN, counts[1])):
            for at in range(many):
                number += 1
                created = datetime(month.year, month.month, month.day, 3, tzinfo=UTC) + timedelta(days=at % 10)
                if created.date() < day:
                    made.append(model(f"zq/t{number}", number, created_at=created, parents=[(base, name)]))
    return made


def test_what_families_do_is_told_once_and_only_where_it_may_be_stated(house: House) -> None:
    house.night(date(2026, 8, 5), until(date(2026, 8, 5)))
    house.watch("overtakes", "Llama", "Qwen")
    house.watch("overtakes", "Qwen", "Llama")
    house.watch("share-of", "Qwen", number=2)
    house.watch("share-of", "Llama", number=2)
    states = [now for _, _, now in watching.state(house.settings).table.rows]
    assert states[0] == "Llama 30.0 % and Qwen 70.0 % of all new derivatives of July 2026; passing for good is told"
    assert states[2].startswith("Qwen has 70.0 % in June 2026 and 70.0 % in July 2026; a drop of 2 points")
    told: list[list[tuple[str, str]]] = []
    for day in (
        date(2026, 9, 5),
        date(2026, 9, 6),
        date(2026, 10, 5),
        date(2026, 11, 5),
        date(2026, 12, 5),
        date(2027, 2, 5),
    ):
        before = len(house.found())
        house.night(day, until(day))
        told.append([(subject, point) for subject, point, _ in house.found()[before:]])
    assert told == [
        [("Qwen", "2026-08")],  # the share fell; one month is too young to have passed for good
        [],
        [("Llama", "2026-08")],  # 65 points of 200 are within chance of 80 of 210
        [("Llama", "2026-10")],  # its share fell
        [],  # they change places within chance
        [],  # ahead again: nobody was ahead in between
    ]
    texts = [text for *_, text in house.found()]
    assert texts[0] == (
        "Qwen fell from 70.0 % of all new derivatives of July 2026 to 38.1 % of August 2026, 31.9 points, beyond chance"
    )
    assert texts[1].startswith("Llama has passed Qwen for good in August 2026: 67.5 % against 32.5 %")


def test_what_was_so_when_a_watch_was_added_is_no_news(house: House) -> None:
    house.night(date(2026, 10, 5), until(date(2026, 10, 5)))
    watch = house.watch("overtakes", "Llama", "Qwen")
    assert watch.known == (("Llama", "2026-08"),)
    house.night(date(2026, 10, 6), until(date(2026, 10, 6)))
    assert house.found() == []
