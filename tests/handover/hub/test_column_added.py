"""A column is added between two nights: whoever loads a tag has what stood there then."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.command_line import environment
from tests.handover.hub.published import TOKEN, Desk
from tracker import store
from tracker.handover import data_set

LOADS = """
import sys, json, datasets
datasets.disable_progress_bars()
found = {}
for tag in sys.argv[2:]:
    held = datasets.load_dataset(sys.argv[1], "families", split="train", revision=tag)
    streamed = datasets.load_dataset(sys.argv[1], "families", split="train", revision=tag, streaming=True)
    found[tag] = [held.num_rows, held.column_names, list(next(iter(streamed)))]
print(json.dumps(found))
"""


def test_each_tag_loads_with_the_columns_of_its_night(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("datasets", reason="`make extras` installs it")
    write = store.export_parquet

    def wider(data_dir: Path, folder: Path, **options: object) -> list[Path]:
        written = write(data_dir, folder, **options)  # type: ignore[arg-type]
        families = pl.read_parquet(folder / "families.parquet")
        families.with_columns(pl.lit("of a later version").alias("added")).write_parquet(folder / "families.parquet")
        return written

    def whole(data_dir: Path, folder: Path) -> None:
        data_set.write(data_dir, folder)

    first = desk.publish(write=whole, private=False)
    desk.night(date(2026, 10, 6))
    monkeypatch.setattr(store, "export_parquet", wider)
    second = desk.publish(write=whole)
    env = environment(HF_HOME=str(tmp_path / "home"), HF_ENDPOINT=desk.hub.endpoint, HF_TOKEN=TOKEN)
    asked = [sys.executable, "-c", LOADS, desk.name, first.tag, second.tag, "main"]
    done = subprocess.run(asked, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["main"] == found[second.tag] and found[first.tag][0] == found[second.tag][0] > 0
    for columns in (1, 2):
        assert found[second.tag][columns] == [*found[first.tag][columns], "added"]
