"""A column is one row: written into the table, it is asked for, believed, kept and published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tracker.columns
from tests.command_line import environment
from tests.command_line import tracker as run
from tests.demo.made_models import made_models
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry, store
from tracker.columns import COLUMNS, EXPAND, STORED
from tracker.demo import HubProcess
from tracker.demo.listing import expand
from tracker.demo.listing.expand import NOT_ON_LISTS, PROPERTIES
from tracker.settings import Settings

FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 21)
PACKAGE = Path(tracker.columns.__file__).parent
ROWS = """
    Column("mask_token", "mask_token", "word", "change", "what stands for a word to be guessed"),
    Column("gguf.total", "gguf_parameters", "count", "night", "weights in the GGUF header"),
    Column("xetEnabled", "in_xet", "flag", "change", "stored in chunks"),
    Column("tags", "region", "tag", "change", "from the tag region:...", tags="region:"),
"""


def items(*, odd: bool) -> list[dict[str, Any]]:
    """Forty models that say something in the new columns; two of them what cannot be read."""
    made = [dict(item) for item in made_models(40)]
    for number, item in enumerate(made):
        item |= {"mask_token": f"[{number}]", "gguf": {"total": number}, "xetEnabled": number % 2 == 0}
    if odd:
        made[3] |= {"gguf": {"total": -1}, "mask_token": {"id": 3}}
    return made


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A copy of the package whose table has more rows, and no other file another text."""
    folder = tmp_path / "newer"
    shutil.copytree(PACKAGE, folder / "tracker", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "tracker" / "columns.py"
    text = table.read_text(encoding="utf-8")
    end = '    Column("tags", "tags", "tags"),\n'
    assert text.count(end) == 1
    table.write_text(text.replace(end, ROWS + end), encoding="utf-8")
    return folder


def test_a_column_is_one_row(hub: Callable[..., HubProcess], newer: Path, tmp_path: Path) -> None:
    served = hub(nights={FIRST: items(odd=False), SECOND: items(odd=True)})
    data = tmp_path / "data"
    where = {"TRACKER_DATA_DIR": str(data), "TRACKER_REGISTRY": str(registry.default_directory())}
    about = environment(**where, HF_ENDPOINT=served.endpoint)

    def of_newer(*words: str) -> str:
        done = run(*words, cwd=tmp_path, **{**about, "PYTHONPATH": f"{newer}:{about['PYTHONPATH']}"})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(sql: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(of_newer("sql", sql, "--json"))["rows"]
        return found

    served.set_night(FIRST)
    assert run("update", "--date", str(FIRST), cwd=tmp_path, **about).returncode == 0
    of_newer("publish")  # what is made of tags is there at once, the rest from the next night on
    assert rows("select distinct region, mask_token, gguf_parameters from models") == [
        {"region": "us", "mask_token": None, "gguf_parameters": None}
    ]

    served.set_night(SECOND)
    of_newer("update", "--date", str(SECOND))
    found = rows("select mask_token, gguf_parameters, in_xet from models order by hub_id, model_id")
    made = sorted(items(odd=True), key=lambda item: (item["_id"], item["id"]))
    assert [row["in_xet"] for row in found] == [item["xetEnabled"] for item in made]
    assert [row["gguf_parameters"] for row in found] == [
        number if (number := item["gguf"]["total"]) >= 0 else None for item in made
    ]
    assert sum(row["mask_token"] is None for row in found) == 1
    quarantined = next(data.glob(f"landing/hub_models/{SECOND}/*/quarantine.jsonl")).read_text()
    assert "gguf.total is '-1', not a count" in quarantined and "mask_token is" in quarantined

    schema = {row["column"]: row for row in json.loads(of_newer("schema", "models", "--json"))["rows"]}
    assert schema["mask_token"]["comment"] == "what stands for a word to be guessed"
    assert (
        schema["gguf_parameters"]["type"] == "BIGINT"
        and "null where the latest" in schema["gguf_parameters"]["comment"]
    )
    of_newer("export", "--to", str(tmp_path / "out"))
    exported = pl.read_parquet(tmp_path / "out" / "models.parquet")
    assert exported["region"].unique().to_list() == ["us"]
    dictionary = pl.read_csv(tmp_path / "out" / "dictionary.csv")
    assert "stored in chunks" in dictionary["comment"].to_list()


def test_columns_have_names_and_comments_of_their_own() -> None:
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)
    assert all(column.comment for column in STORED)
    assert "sha" not in EXPAND and "author" not in EXPAND and "cardData" not in EXPAND


def test_the_loopback_hub_offers_every_field_that_is_asked_for() -> None:
    unknown = set(EXPAND) - (set(PROPERTIES) - set(NOT_ON_LISTS))
    assert not unknown, f"no field of the Hub's list; if it is new there, add it to {expand.__file__}"


def test_the_first_tag_of_a_list_counts_of_several_behind_a_beginning_all_and_numbers_are_those_of_the_latest_night(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=1)
    known = small_registry(tmp_path / "registry")
    tags = ["transformers", "qwen3", "llama", "license:mit", "license:other"]
    told = {"tags": tags, "trending_score": 4.5, "live_providers": 3}
    update(settings, known, land(settings.data_dir, night(0), [model("a/x", 1, **told), model("a/y", 2, **told)]))
    later = [model("a/x", 1, tags=["license:mit", "llama"], live_providers=2)]
    update(settings, known, land(settings.data_dir, night(1), later))
    with store.open_published(settings.data_dir) as published:
        found = published.query(
            "select license, architecture, trending_score, live_providers from models order by model_id"
        )
    assert found.rows() == [("mit", "llama", None, 2), ("mit, other", "qwen3", None, None)]
