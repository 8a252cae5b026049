"""Authors of tokens that the registry does not know: told from a tenth of the newest days on, with their shares."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tracker import registry
from tracker.settings import Settings
from tracker.signals import makers

DAY = date(2026, 11, 20)
# slug -> tokens of each of the newest days; who hides is known to hide, and `other` is nobody
NAMED = {"qwen/qwen3-8b": 60, "Anthropic/one:free": 20, "stealth/zq": 9, "other": 1000}


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ({"zq-lab/a": 9}, None),
        (
            {"zq-lab/a": 6, "zq-lab/b:free": 4, "zq-one/x": 1},
            "89.0% .* new: zq-lab \\(10.0%\\), zq-one \\(1.0%\\); add",
        ),
        ({"no-slash-at-all": 11}, "89.0% .* new: no-slash-at-all"),
    ],
)
def test_a_new_author_is_named_from_a_tenth_on(tmp_path: Path, new: dict[str, int], told: str | None) -> None:
    settings = Settings(data_dir=tmp_path, registry=registry.default_directory())
    named = NAMED | new | {"qwen/qwen3-8b": 60 + 11 - sum(new.values())}
    newest = [(DAY, slug, tokens) for slug, tokens in named.items()]
    before = [
        (DAY - timedelta(days=back), "qwen/qwen3-8b", 10**6) for back in range(7, 30)
    ]  # a month in which it is new
    tables = {"token_days": pl.DataFrame([*before, *newest], schema=["day", "slug", "tokens"], orient="row")}
    said = makers.remarks(settings, "openrouter", tables)
    assert len(said) == (told is not None)
    if told:
        assert pl.Series(said).str.contains(told).all(), said
        assert "90% should be" in said[0] and "whoever is not known is of no country" in said[0]
    assert makers.remarks(settings, "arena", {}) == []
