"""Sentences of what changed: each kind on a planted change, and silence where nothing did."""

from __future__ import annotations

import polars as pl
import pytest

from tests.findings.test_monthly import NAMELESS
from tracker.findings import changes
from tracker.findings.monthly import Month, read
from tracker.findings.sentence import Sentence, strong


def months(planted: dict[str, list[float]], n: int = 10_000, loose: float = 0.0) -> list[Month]:
    """Return months up to October 2026 with the given shares of so many models; `loose` is untraced in each."""
    size = len(next(iter(planted.values())))
    names = [f"{at // 12}-{at % 12 + 1:02d}" for at in range(2026 * 12 + 10 - size, 2026 * 12 + 10)]
    rows = [
        {"month": month, "family": name, "share": shares[at], "low": shares[at], "high": shares[at] + loose, "n": n}
        for at, month in enumerate(names)
        for name, shares in planted.items()
    ]
    return read(pl.DataFrame(rows), "family", NAMELESS, names)


def said(planted: dict[str, list[float]], **about: float) -> dict[str, list[Sentence]]:
    found: dict[str, list[Sentence]] = {}
    for sentence in changes.of_families(months(planted, **about), "new derivatives"):  # type: ignore[arg-type]
        found.setdefault(sentence.kind, []).append(sentence)
    return found


FLAT = {"Qwen": [0.5] * 14, "Llama": [0.3] * 14, "Gemma": [0.2] * 14}


def test_a_leader_is_told_and_that_nothing_moved() -> None:
    found = said(FLAT)
    assert set(found) == {"leader"}
    assert found["leader"][0].plain == (
        "Qwen is the root of 50.0% of new derivatives of October 2026, "
        "within chance of September 2026, within chance of October 2025."
    )
    assert found["leader"][0].number == pytest.approx(0.5)


def test_gains_losses_and_records_are_told_with_their_size() -> None:
    rising = [0.2 + 0.02 * at for at in range(14)]
    found = said({"Qwen": rising, "Llama": [0.8 - each for each in rising], "Gemma": [0.2] * 14})
    assert [each.plain for each in found["gained"]] == [
        "Qwen has gained 24.0 points in a year, from 22.0% to 46.0%, beyond chance."
    ]
    assert [each.plain for each in found["lost"]] == [
        "Llama has lost 24.0 points in a year, from 58.0% to 34.0%, beyond chance."
    ]
    assert "record" not in found, "a share that rose all the time is no first since"
    back = [0.5, *[0.3] * 12, 0.5]
    records = said({"Qwen": back, "Llama": [1 - each for each in back]})["record"]
    assert "Qwen has not been as high since September 2025: 50.0%." in [each.plain for each in records]
    assert "Llama has not been as low since September 2025: 50.0%." in [each.plain for each in records]


@pytest.mark.parametrize("about", [{"n": 40}, {"n": 60, "loose": 0.4}, {"loose": 0.5}])
def test_nothing_is_told_of_thin_months_and_wide_bounds(about: dict[str, float]) -> None:
    rising = [0.2 + 0.02 * at for at in range(14)]
    assert said({"Qwen": rising, "Llama": [0.7 - each for each in rising]}, **about) == {}


def test_nothing_is_told_of_a_tie_or_of_nobody() -> None:
    assert said({"Qwen": [0.5] * 14, "Llama": [0.5] * 14}) == {}
    assert not list(changes.of_families([], "new derivatives"))
    assert not list(changes.of_origins([]))
    assert not list(changes.of_origins(months({"China": [1.0]})))


def test_the_lead_of_an_origin_is_told_and_how_it_moved() -> None:
    china = [0.5] * 13 + [0.7]
    [lead] = changes.of_origins(months({"China": china, "United States": [0.9 - each for each in china]}))
    assert (
        lead.plain
        == "The lead of China over the United States is 50.0 points in October 2026, 40.0 more than a year before."
    )
    [still] = changes.of_origins(months({"China": [0.6] * 14, "United States": [0.3] * 14}))
    assert still.plain == "The lead of China over the United States is 30.0 points in October 2026."


def test_classes_of_licences_are_told_where_they_moved() -> None:
    falling = [0.7 - 0.02 * at for at in range(14)]
    moved = {"open-source": falling, "restricted": [0.9 - each for each in falling], "non-commercial": [0.1] * 14}
    assert [each.plain for each in changes.of_licenses(months(moved))] == [
        "Licences: open-source has lost 24.0 points of new derivatives in a year, from 68.0% to 44.0%, beyond chance.",
        "Licences: restricted has gained 24.0 points of new derivatives in a year, from 22.0% to 46.0%, beyond chance.",
    ]
    assert {each.chart for each in changes.of_licenses(months(moved))} == {"licenses"}
    for quiet in (months(moved, loose=0.3), months(moved, n=90), months({**moved, "restricted": [0.2] * 14})[:5]):
        assert not list(changes.of_licenses(quiet))


def test_a_crossing_is_told_while_it_is_new() -> None:
    row = {
        "kind": "passes",
        "is_stated": True,
        "since": "2026-09",
        "first": "Gemma",
        "second": "Llama",
        "first_value": 0.1,
    }
    names = ["2026-07", "2026-08", "2026-09", "2026-10"]
    [passed] = changes.of_crossings([row, {**row, "is_stated": False}, {**row, "since": "2026-02"}], names)
    assert passed.plain == "Gemma has passed Llama for good in September 2026."


def windows(*families: tuple[str, float, float], n: int = 700, loose: float = 0.0) -> list[dict[str, object]]:
    """Return shares of families in two windows of `n` models each; `loose` is untraced."""
    return [
        {"family": name, "before": n * before, "after": n * after, "share_before": before, "share_after": after}
        | {"low_before": before, "high_before": before + loose, "low_after": after, "high_after": after + loose}
        | {"change": after - before, "chance": 1.96 * (0.5 / n) ** 0.5, "n_before": n, "n_after": n - 12}
        for name, before, after in families
    ]


def told(*families: tuple[str, float, float], **about: float) -> list[str]:
    rows = windows(*families, **about)  # type: ignore[arg-type]
    return [each.plain for each in changes.of_windows(rows, NAMELESS, 28, "21 Nov 2026")]


def test_windows_tell_what_is_new_and_who_moved() -> None:
    new = "688 new derivatives in the 28 days to 21 Nov 2026, against 700 in the 28 before (−1.7%)."
    quiet = "No family moved beyond chance within the last 28 days."
    assert told(("Gemma", 0.2, 0.3), ("Qwen", 0.5, 0.49), ("unreviewed", 0.3, 0.1)) == [
        new,
        "Gemma has gained 10.0 points in 28 days, beyond chance.",
    ]
    assert told(("Gemma", 0.2, 0.21), ("Qwen", 0.5, 0.49), ("unreviewed", 0.3, 0.1)) == [new, quiet]
    assert told(("Gemma", 0.2, 0.3), loose=0.2) == [new], "beyond chance, and what is untraced could undo it"
    assert len(told(("Gemma", 0.2, 0.9), n=40)) == 1, "of thin windows no more is said"
    assert len(list(changes.of_windows([], NAMELESS, 28, "x"))) == 1


def test_what_is_stressed_stands_apart_whatever_a_name_holds() -> None:
    sentence = Sentence("x", f"{strong('A**B')} has {strong('2 points')}.", 2)
    assert sentence.parts == [("A**B", True), (" has ", False), ("2 points", True), (".", False)]
    assert sentence.plain == "A**B has 2 points."
