"""One month under every rule: ordered by the leader, ours shaded, names once, no text over another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker.charts import Figure, find
from tracker.charts.look.scene import Rect, Text
from tracker.charts.trust.definitions import gist

SHARES: Mapping[str, Mapping[str, float | None]] = {
    "default": {"Qwen": 0.47, "Gemma": 0.10, "Llama": 0.06, "Mistral": 0.05, "FLUX": 0.04, "unreviewed": 0.07},
    "atom-deriv": {"Qwen": 0.61, "Gemma": 0.18, "Llama": 0.11, "Mistral": 0.10, "FLUX": None},
    "hf-tag": {"Qwen": 0.23, "Gemma": 0.03, "Llama": 0.01, "Mistral": 0.01, "FLUX": 0.01},
    "hf-gguf": {"Gemma": 1.0},
}  # fmt: skip
CHOICES = {"universe": "all", "edge": "root", "relations": "all", "credit": "fractional", "min_downloads": "0"}


def draw(shares: Mapping[str, Mapping[str, float | None]], n: int = 2_000, **about: Any) -> Figure:
    """Return the chart of shares by definition and family."""
    families = sorted({family for each in shares.values() for family in each})
    columns = {
        name: pl.Series([each.get(family) for family in families], dtype=pl.Float64) for name, each in shares.items()
    }
    compared = pl.DataFrame({"family": families, **columns, "spread": 0.5})
    rules = pl.DataFrame([{"name": name, **CHOICES} for name in shares])
    month = pl.DataFrame({"month": ["2026-10"], "family": ["Qwen"], "n": [n]})
    frames = {"compare": compared, "rules": rules, "share": month}
    asked = {name: made.Made(frame, parameters={"month": "2026-10"}) for name, frame in frames.items()}
    return find("definitions").draw(asked, made.facts(**{"synthetic": False, **about}))


def texts(figure: Figure) -> list[Text]:
    """Return the texts of the wide plot."""
    return figure.plot(840.0).texts()


def test_rules_stand_by_the_leaders_share_and_ours_is_shaded() -> None:
    figure = draw(SHARES)
    names = [text.text for text in sorted(texts(figure), key=lambda text: text.y) if text.x == 8 and text.fill == "ink"]
    assert names == ["atom-deriv", "default, ours", "hf-tag"]
    ours = next(text.y for text in texts(figure) if text.text == "default, ours")
    [shade] = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Rect)]
    assert shade.y < ours < shade.y + shade.height
    assert "Without a figure for the leader: hf-gguf." in figure.note


def test_the_leader_is_valued_in_every_row_and_names_stand_once() -> None:
    said = [text.text for text in texts(draw(SHARES))]
    assert [said.count(each) for each in ("61%", "47%", "23%")] == [1, 1, 1]
    assert [said.count(each) for each in ("Qwen", "Gemma", "Llama", "Mistral", "FLUX")] == [1] * 5


def test_the_range_is_the_title_unless_the_month_is_thin() -> None:
    assert draw(SHARES).title == "One month, three rules: Qwen's share is anything from 23% to 61%"
    same = {"default": SHARES["default"], "other": SHARES["default"]}
    assert draw(same).title == "One month, two rules: Qwen's share is 47% under each"
    one = {"default": SHARES["default"]}
    for quiet in (draw(SHARES, n=99), draw(one), draw(SHARES, scope="top:1000")):
        assert "under each definition" in quiet.title and not quiet.has_finding


def test_the_gist_is_what_a_rule_chooses() -> None:
    assert gist(CHOICES) == "root, merges shared"
    other = {
        "universe": "gguf",
        "edge": "direct",
        "relations": "finetune adapter",
        "credit": "full",
        "min_downloads": 6,
    }
    assert gist(other) == "direct parent, GGUF files, finetune and adapter only, 6+ downloads, merges to each"
    assert gist({}) == ""


@pytest.mark.parametrize("rules", [1, 2, 30])
@pytest.mark.parametrize("families", [1, 3, 300])
def test_every_size_is_legible(rules: int, families: int) -> None:
    shares = {
        "default" if at == 0 else f"rule-{at}": {
            f"Family {each}": (1 + each * at % 7) / 7 / families for each in range(families)
        }
        for at in range(rules)
    }
    assert_legible(draw(shares))


def test_strange_names_and_nothing_are_legible() -> None:
    for names in (made.STRANGE[:5], made.STRANGE[5:10]):
        assert_legible(
            draw({rule: {name: 0.1 + at / 50 for at, name in enumerate(names)} for rule in ("default", "x" * 96)})
        )
    assert_legible(draw({"default": {"unreviewed": 1.0}}))
