"""Samples that others recorded, in the shapes they come in."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import polars as pl
import pytest

from tracker.curation import read_sample
from tracker.errors import TrackerError


def test_a_csv_with_tags_as_python_lists(tmp_path):
    file = tmp_path / "listing.csv"
    file.write_text("modelId,downloads,tags\nme/a,12,\"['x', 'base_model:me/b']\"\nme/b,,[]\n")
    assert read_sample(file).rows() == [("me/a", 12, ["x", "base_model:me/b"], None), ("me/b", 0, [], None)]


def test_a_series_of_polls_keeps_the_last_row_of_each_model_within_thirty_days(tmp_path):
    file = tmp_path / "polls.parquet"
    pl.DataFrame(
        {
            "fetched_at": [
                "2026-04-01T00:00:00Z",
                "2026-05-01T01:00:00Z",
                "2026-05-02T01:00:00Z",
                "2026-05-01T01:00:00Z",
            ],
            "id": ["old/model", "me/a", "me/a", "me/b"],
            "downloads": [5, 10, 11, 7],
            "tags": [[], ["x"], ["y"], None],
            "createdAt": ["2022-03-02T23:29:04.000Z"] * 4,
        }
    ).write_parquet(file)
    created = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
    assert read_sample(file).rows() == [("me/a", 11, ["y"], created), ("me/b", 7, [], created)]


def test_a_table_of_strings_with_days_and_without_tags(tmp_path):
    file = tmp_path / "daily.parquet"
    pl.DataFrame({"day": ["2026-05-06", "2026-05-07"], "id": ["me/a", "me/a"], "downloads": ["1", "2"]}).write_parquet(
        file
    )
    assert read_sample(file).rows() == [("me/a", 2, [], None)]


def test_a_table_with_our_own_names(tmp_path):
    file = tmp_path / "ours.parquet"
    frame = pl.DataFrame(
        {"snapshot_date": [date(2026, 10, 5)], "model_id": ["me/a"], "downloads_30d": [3], "tags": [["x"]]}
    )
    frame.write_parquet(file)
    assert read_sample(file).rows() == [("me/a", 3, ["x"], None)]


def test_a_missing_column_or_file_is_named(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("name,downloads\na,1\n")
    with pytest.raises(TrackerError, match=r"no column model_id or modelId or id; it has name, downloads"):
        read_sample(file)
    with pytest.raises(TrackerError, match="there is no such file"):
        read_sample(tmp_path / "nowhere.csv")


def test_json_lines_packed_or_not(tmp_path):
    text = '{"id": "me/a", "downloads": 3, "tags": ["x"], "createdAt": "2026-01-02T00:00:00.000Z"}\n{"id": "me/b"}\n'
    (tmp_path / "models.jsonl").write_text(text)
    (tmp_path / "models.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    expected = [("me/a", 3, ["x"], datetime(2026, 1, 2, tzinfo=UTC)), ("me/b", 0, [], None)]
    for name in ("models.jsonl", "models.jsonl.gz"):
        assert read_sample(tmp_path / name).rows() == expected


def test_a_list_of_edges_is_what_each_target_declares(tmp_path):
    file = tmp_path / "edges.csv"
    file.write_text("source,target,edge\na/x,b/y,finetuned\nb/y,c/z,quantized\nd/w,c/z,merged\n")
    sample = {name: sorted(tags) for name, _, tags, _ in read_sample(file).rows()}
    assert sample == {
        "a/x": [],
        "b/y": ["base_model:finetune:a/x"],
        "c/z": ["base_model:merge:d/w", "base_model:quantized:b/y"],
        "d/w": [],
    }
