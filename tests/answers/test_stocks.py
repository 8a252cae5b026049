"""What groups hold at the end of days, asked of many days at once, is what a share of each day alone says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests import planted
from tracker import measures
from tracker.answers import shares
from tracker.answers.counted import counting, stocks
from tracker.registry import definitions
from tracker.registry.definitions import Definition
from tracker.store import Published

BASE = definitions.load(Path(__file__).parents[2] / "data" / "registry")["default"]
EVERY = [date(2026, 8, 20), date(2026, 8, 31), date(2026, 9, 7), date(2026, 10, 2)]
TOLD = [EVERY[1], EVERY[3]]
COLUMNS = ("derivatives", "firm")


def _rules() -> list[Definition]:
    stock = replace(BASE, time_axis="stock", measure="share", denominator="derivatives")
    edges = [replace(stock, edge=edge) for edge in ("root", "direct", "nearest", "name", "itself")]
    found = [replace(each, credit=credit) for each in edges for credit in ("fractional", "full", "first")]
    found += [replace(each, own_organization="out") for each in found if each.edge in ("root", "direct")]
    found += [replace(each, mirrors="as_uploaded", removed=removed)
              for each in found if each.edge == "direct" for removed in ("in", "out", "only")]  # fmt: skip
    return found


def _alone(published: Published, rule: Definition, by: str, day: date) -> list[tuple[object, ...]]:
    values = counting.values(rule, day, day)
    found = published.table(*shares.query(rule, (by,), values, hidden=", firm"))
    return [(day, *row) for row in zip(*(found[name] for name in (by, *COLUMNS)), strict=True)]


def _together(published: Published, rule: Definition, by: str) -> list[tuple[object, ...]]:
    values = counting.values(rule, TOLD[0], TOLD[0]) | {"names": stocks.names(published)}
    shared = stocks.COMMON if stocks.is_shared(rule) else ""
    found = published.table(*stocks.query(rule, by, TOLD, values, EVERY), common=shared)
    return [tuple(row) for row in zip(*(found[name] for name in ("day", by, *COLUMNS)), strict=True)]


@pytest.mark.parametrize("by", ["family", "base_publisher", "publisher"])
def test_days_together_are_the_days_alone(by: str) -> None:
    compared = 0
    with planted.published() as published, published.together():
        for rule in _rules():
            if by.startswith("base_") and rule.edge in ("nearest", "name"):
                continue
            alone = [row for day in TOLD for row in _alone(published, rule, by, day)]
            assert _together(published, rule, by) == alone, rule
            compared += len(alone)
    assert compared > 100


def test_a_pattern_passes_over_no_name_that_tells_a_family() -> None:
    known = "select family\nfrom (\n  {known_words}\n) as known\nwhere not regexp_matches(lower(family), $names)"
    rule = replace(BASE, time_axis="stock", measure="share", edge="name", credit="full", denominator="derivatives")
    with planted.published() as published:
        pattern = stocks.names(published)
        passed_over = published.table(measures.fill(known, {}) + "\norder by family", {"names": pattern})["family"]
        told = {row[1] for row in _together(published, rule, "family")}
    assert passed_over == []
    assert len(told) > 3 and "|qwen" in pattern
