"""Who led and who passed whom: the SQL against the rules in Python, over random series, and over the copy's own."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from itertools import combinations, pairwise

import pytest

from tests import planted
from tracker import measures, store
from tracker.answers import Axes, crossings, share, trend
from tracker.errors import SettingsError, UnknownName
from tracker.findings.chance import Share, leads
from tracker.findings.crossings import statement
from tracker.registry.definitions import Definition

Rules = Callable[..., Definition]
Told = dict[tuple[str, ...], tuple[str, int, bool]]  # kind, first and second -> since, lasted, is_stated


def series(seed: int) -> dict[str, dict[str, Share]]:
    """Return some months of some groups, of which a few are missing now and then."""
    chance = random.Random(seed)
    months: dict[str, dict[str, Share]] = {}
    levels = {name: chance.uniform(0.1, 0.4) for name in "ABCD"}
    for number in range(1, chance.randint(3, 12)):
        n, loose = chance.choice((60, 400, 4000)), chance.choice((0.0, 0.02, 0.2))
        levels = {name: max(0.0, level + chance.uniform(-0.12, 0.12)) for name, level in levels.items()}
        held = {name: round(level, 3) for name, level in levels.items() if level and chance.random() > 0.1}
        months[f"2026-{number:02}"] = {name: Share(level, level, level + loose, n) for name, level in held.items()}
    return {month: held for month, held in months.items() if held}


def filled(months: dict[str, dict[str, Share]]) -> list[tuple[str, dict[str, Share]]]:
    names = sorted({name for held in months.values() for name in held})
    grid = []
    for month, held in sorted(months.items()):
        one = next(iter(held.values()))
        none = Share(0.0, 0.0, max(each.high - each.low for each in held.values()), one.n)  # type: ignore[operator]
        grid.append((month, {name: held.get(name, none) for name in names}))
    return grid


def passes(months: dict[str, dict[str, Share]]) -> Told:
    """Return of each two groups the last time that one passed the other, by the rules of `findings.chance`."""
    grid, told = filled(months), {}
    there = [name for name, share in grid[-1][1].items() if share.share]  # what has gone is not compared
    for one, other in combinations(there, 2):
        order = [
            (at, one if held[one].share > held[other].share else other)
            for at, (_, held) in enumerate(grid)
            if held[one].share != held[other].share
        ]
        turns = [at for (_, before), (at, after) in pairwise(order) if before != after]
        if turns:
            first = dict(order)[turns[-1]]
            second = other if first == one else one
            was_behind = any(leads(held[second], [held[first]]) for _, held in grid[: turns[-1]])
            last = grid[order[-1][0]][1]
            lasted = sum(at >= turns[-1] for at, _ in order)
            stated = was_behind and lasted >= 2 and leads(last[first], [last[second]])
            told["passes", first, second] = (grid[turns[-1]][0], lasted, stated)
    return told


def asked(published: store.Published, months: dict[str, dict[str, Share]], rows: int = 10) -> list[dict[str, object]]:
    values = ",\n".join(
        f"('{month}', '{name}', {one.share}::double, {one.low}::double, {one.high}::double, {one.n})"
        for month, held in months.items()
        for name, one in held.items()
    )
    holes = {
        **crossings._OF_SHARES,
        "series": f"select * from (values\n{values}) as t(point, name, value, low, high, n)",
        "chosen": crossings._LARGEST,
        "led_by": "",
    }
    return published.query(measures.fill(measures.load("crossings").sql, holes), {"rows": rows}).to_dicts()


@pytest.mark.parametrize("seed", range(25))
def test_sql_says_what_the_rules_say(published: store.Published, seed: int) -> None:
    months = series(seed)
    found = asked(published, months)
    told = {
        (row["kind"], row["first"], row["second"]): (row["since"], row["lasted"], row["is_stated"])
        for row in found
        if row["kind"] == "passes"
    }
    assert told == passes(months)
    tops = [
        (month, sorted(held, key=lambda name, held=held: (-held[name].share, name))[:2], held)  # type: ignore[misc]
        for month, held in filled(months)
    ]
    for row in (row for row in found if row["kind"] == "leads"):
        spell = [(month, names, held) for month, names, held in tops if row["since"] <= month <= row["until"]]
        assert {names[0] for _, names, _ in spell} == {row["first"]}
        _, names, held = spell[-1]
        assert row["is_stated"] == leads(held[names[0]], [held[names[1]]])


def test_there_are_series_in_which_somebody_passes_for_good_and_some_in_which_it_may_not_be_said(
    published: store.Published,
) -> None:
    said = [row["why"] for seed in range(25) for row in asked(published, series(seed)) if row["kind"] == "passes"]
    assert {"for good", "bounds overlap", "for one month only", "was never clearly behind"} <= set(said)


def test_the_largest_at_the_end_are_compared(published: store.Published) -> None:
    rows = [row for row in asked(published, series(3), rows=2) if row["kind"] == "passes"]
    assert len(rows) <= 1


def test_a_sentence_tells_what_may_be_stated_and_nothing_else() -> None:
    lead = {"kind": "leads", "first": "Qwen", "second": "Llama", "since": "2025-04", "is_stated": True}
    over = {"kind": "passes", "first": "Qwen", "second": "Llama", "since": date(2026, 11, 2), "is_stated": True}
    rows = [lead | {"why": "leads to the end"}, over | {"why": "for good"}]
    assert statement(rows) == "Qwen has led since April 2025; Qwen passed Llama for good in 2026-11-02"
    assert statement([lead | {"why": "leads throughout"}]) == "Qwen has led since April 2025 or before"
    assert statement([row | {"is_stated": False} for row in rows]) == ""
    assert statement([lead | {"why": "led until then"}]) == ""


def test_shares_of_whole_months_are_compared_and_their_sql_gives_the_rows(
    published: store.Published, definition: Rules
) -> None:
    answer = crossings.of_shares(published, definition(), by="origin_country", where=["relation=finetune"])
    assert answer.parameters["to"] == date(2026, 9, 30), "October has just begun"
    assert published.query(answer.sql).equals(answer.frame) and answer.frame.height
    top = share(published, definition(), by="origin_country", where=["relation=finetune"], until=date(2026, 9, 30))
    last = answer.frame.filter(kind="leads").row(-1, named=True)
    assert last["first_value"] == top.frame.filter(month=last["until"], origin_country=last["first"])["share"][0]


def test_totals_of_nights_are_compared_and_their_sql_gives_the_rows(
    published: store.Published, definition: Rules
) -> None:
    answer = crossings.of_totals(published, definition(), Axes("models", "downloads"), rows=3)
    assert published.query(answer.sql).equals(answer.frame)
    assert answer.frame.row(0, named=True) == {
        "kind": "leads", "since": planted.NIGHTS[0], "first": "Qwen/Qwen3-8B", "second": "meta-llama/Llama-3.1-8B",
        "lasted": 5, "is_stated": True, "why": "leads throughout", "until": planted.SNAPSHOT, "crossed": None,
        "first_value": 1000.0, "second_value": 800.0,
    }  # fmt: skip
    assert answer.notes[0] == "Qwen/Qwen3-8B has led since 2026-09-04 or before"


def test_what_cannot_be_compared_is_refused(published: store.Published, definition: Rules) -> None:
    with pytest.raises(SettingsError, match="of one group"):
        crossings.of_shares(published, definition(), by="family,license")
    with pytest.raises(SettingsError, match="leave --flow out"):
        crossings.of_totals(published, definition(), Axes("families", "downloads", flow=True))
    with pytest.raises(UnknownName, match="did you mean Qwen"):
        crossings.of_shares(published, definition(), only=["Qwne"])


@pytest.mark.parametrize("of", ["families", "lines", "models"])
def test_a_series_is_aligned_on_the_day_of_release(published: store.Published, definition: Rules, of: str) -> None:
    answer = trend(published, definition(), Axes(of, "downloads"), since_release=True, rows=100)
    plain = trend(published, definition(), Axes(of, "downloads"), rows=100)
    assert published.query(answer.sql).equals(answer.frame)
    assert answer.frame.columns[0] == "days_since_release"
    days = {row["days_since_release"]: row for row in answer.frame.iter_rows(named=True)}
    assert all((row["snapshot_date"] - row["released_on"]).days == at for at, row in days.items())
    column = plain.frame.columns[1]
    both = answer.frame.join(plain.frame, on=["snapshot_date", column], suffix="_plain")
    assert both.height == answer.frame.height and both["value"].equals(both["value_plain"].alias("value"))
    released = {"families": ("Qwen", date(2023, 8, 1)), "lines": ("Qwen3", date(2025, 4, 1))}
    name, day = released.get(of, ("Qwen/Qwen3-8B", date(2025, 4, 28)))
    assert set(answer.frame.filter(answer.frame[column] == name)["released_on"]) == {day}


def test_what_has_no_day_of_release_is_refused(published: store.Published, definition: Rules) -> None:
    for axes in (Axes("countries", "downloads"), Axes("families", "downloads", flow=True)):
        with pytest.raises(SettingsError, match="cannot be aligned on a release; ask --of families, lines, models"):
            trend(published, definition(), axes, since_release=True)
