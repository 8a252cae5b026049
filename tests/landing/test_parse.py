"""Pages become typed rows: the bulk as it stands, odd records one by one, each model once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.demo.made_models import made_models
from tests.landing.landed_pages import DAY, land, parse_pages, parsed
from tests.sources.walks import as_row, quarantine_of, rows_of, without_place
from tracker.columns import EXPAND
from tracker.errors import StoreError
from tracker.landing import read_journal
from tracker.landing.parse import PageParser, canonical, parser, part, records

MODELS = made_models(40)


def hub_ids(run) -> list[str]:
    return [row["hub_id"] for row in rows_of(run)]


def test_rows_say_what_the_records_said_and_where_they_stood(tmp_path: Path) -> None:
    run, summary = parsed(tmp_path, [MODELS[:25], MODELS[25:]])
    rows = rows_of(run)
    assert [without_place(row) for row in rows] == [as_row(item) for item in MODELS]
    assert [(row["page"], row["position"]) for row in rows[23:27]] == [(1, 24), (1, 25), (2, 1), (2, 2)]
    assert (summary.models, summary.duplicates, summary.quarantined, summary.set_aside) == (40, 0, 0, 0)
    assert summary.bytes_parquet == sum(part.stat().st_size for part in run.parts)
    assert summary.oldest_created_at.isoformat() == "2022-03-02T23:29:04+00:00"
    assert not run.quarantine_path.exists()
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "journal.jsonl",
        "manifest.json",
        "models",
        "pages",
    ]


def test_a_model_seen_twice_stands_once_as_seen_last(tmp_path: Path) -> None:
    later = {**MODELS[3], "likes": 99}
    run, summary = parsed(tmp_path, [[*MODELS[:10], MODELS[3]], [later, *MODELS[10:12]]])
    assert summary.duplicates == 2
    assert {row["hub_id"]: row["likes"] for row in rows_of(run)}[MODELS[3]["_id"]] == 99
    assert sorted(hub_ids(run)) == sorted(item["_id"] for item in MODELS[:12])


def test_two_models_of_one_hash_both_stand(tmp_path: Path) -> None:
    ids = ["64cb2e480000000000104434", "64cb24c400000000001043fa"]  # one hash in DuckDB 1.5
    records = [{**MODELS[3], "_id": each} for each in ids]
    run, summary = parsed(tmp_path, [records, [records[0]]])
    assert (summary.models, summary.duplicates) == (2, 1)
    assert sorted(hub_ids(run)) == sorted(ids)
    assert parsed(tmp_path / "alone", [records])[1].duplicates == 0


def test_two_models_under_one_name_both_stand(tmp_path: Path) -> None:
    reborn = {**MODELS[3], "_id": "f" * 24}
    _, summary = parsed(tmp_path, [[MODELS[3], reborn]])
    assert (summary.models, summary.duplicates) == (2, 0)


def test_a_bad_record_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    body = json.dumps([*MODELS[:3], {"id": "../x"}, None, *MODELS[3:6]]).encode()
    run, summary = parsed(tmp_path, [MODELS[6:9], body, MODELS[9:12]])
    assert sorted(hub_ids(run)) == sorted(item["_id"] for item in MODELS[:12])
    assert [(line["page"], line["position"], line["outcome"]) for line in quarantine_of(run)] == [
        (2, 4, "set aside"),
        (2, 5, "set aside"),
    ]
    assert [line["raw"] for line in quarantine_of(run)] == ['{"id": "../x"}', "null"]
    assert (summary.quarantined, summary.set_aside, summary.records) == (2, 2, 14)


def test_a_record_that_is_set_aside_says_which_model_it_was(tmp_path: Path) -> None:
    run, _ = parsed(tmp_path, [[{**MODELS[0], "id": "a\x00b"}]])
    assert quarantine_of(run)[0]["hub_id"] == MODELS[0]["_id"]


def test_a_record_of_broken_json_is_set_aside_alone(tmp_path: Path) -> None:
    good = json.dumps(MODELS[0])
    body = f'[{good},{{"_id":"x",,"tags":["a]}}"]}},{{"id":"a\x01b"}},{json.dumps(MODELS[1])}]'.encode()
    run, summary = parsed(tmp_path, [body])
    assert hub_ids(run) == [MODELS[0]["_id"], MODELS[1]["_id"]]
    assert summary.set_aside == 2
    assert all(line["reason"].startswith("not JSON") for line in quarantine_of(run))


def test_bytes_that_are_no_text_are_left_out(tmp_path: Path) -> None:
    body = (
        json.dumps([{**MODELS[0], "pipeline_tag": "@", "library_name": "\ud800"}]).encode().replace(b"@", b"\xff\xfe")
    )
    run, _ = parsed(tmp_path, [body])
    assert [(row["pipeline_tag"], row["library_name"]) for row in rows_of(run)] == [(None, None)]
    assert "pipeline_tag is" in quarantine_of(run)[0]["reason"] and "library_name is" in quarantine_of(run)[0]["reason"]


def test_nesting_beyond_all_bounds_is_no_crash(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    body = f'[{json.dumps(MODELS[0])},{{"id":"a/b","tags":{deep}}}]'.encode()
    run, summary = parsed(tmp_path, [body])
    assert hub_ids(run) == [MODELS[0]["_id"]] and summary.set_aside == 1
    assert quarantine_of(run)[0]["reason"] == "nested too deeply"


@pytest.mark.parametrize("body", [b'{"error":"x"}', b"[{}", b"[{}] x", b"[{}] [{}]", b"[1]]", b'["a]'])
def test_a_page_that_is_no_list_is_an_error_and_not_a_short_night(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(StoreError, match=r"00002.json.gz cannot be parsed"):
        parsed(tmp_path, [MODELS[:3], body])


def test_empty_pages_and_empty_walks_are_no_error(tmp_path: Path) -> None:
    _, summary = parsed(tmp_path, [b"[]", MODELS[:2], b" [ ] "])
    assert summary.models == 2
    _, summary = parsed(tmp_path, [])
    assert (summary.models, summary.oldest_created_at) == (0, None)


@pytest.mark.parametrize("indent", [None, 1])
def test_a_page_of_several_lines_is_read_like_one_of_one(tmp_path: Path, indent: int | None) -> None:
    body = json.dumps(MODELS[:5], indent=indent).encode()
    run, summary = parsed(tmp_path, [body + b"\r\n", b"\n \n" + body.replace(b"[", b"[\n", 1)])
    assert [without_place(row) for row in rows_of(run)] == [as_row(item) for item in MODELS[:5]]
    assert [(row["page"], row["position"]) for row in rows_of(run)] == [(2, place) for place in range(1, 6)]
    assert (summary.duplicates, summary.quarantined, summary.set_aside) == (5, 0, 0)


def test_odd_pages_among_many_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "CHUNK_PAGES", 4)
    pages: list[Any] = [[item] for item in MODELS[:13]]
    pages[2], pages[11] = [{**MODELS[2], "tags": "x"}], [{**MODELS[11], "safetensors": 3}]
    run, summary = parsed(tmp_path, pages)
    assert sorted(hub_ids(run)) == sorted(item["_id"] for item in MODELS[:13])
    assert (summary.quarantined, summary.set_aside) == (2, 0)


def test_parsing_again_gives_the_same(tmp_path: Path) -> None:
    run, first = parsed(tmp_path, [[*MODELS[:10], {"id": None}]])
    rows = rows_of(run)
    assert parse_pages(run.folder, snapshot_date=DAY) == first
    assert rows_of(run) == rows and len(quarantine_of(run)) == 1


# values that are odd in every way that a field can be
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, 1, 2**53, 2**53 + 1, -1]),
    st.floats(allow_nan=True),
    st.sampled_from(
        ["", "12", "-3", "1e3", "007", "true", "false", "nan", "inf", "{", "[x", "a/b", "..", "a b", "9" * 24]
    ),
    st.sampled_from(
        ["2025-07-31T10:27:38.000Z", "2025-07-31T10:27:38Z", "2025-07-31", "1970-01-01T00:00:00.000Z", "now"]
    ),
    st.text(max_size=5),
    st.lists(st.one_of(st.none(), st.text(max_size=3), st.integers(0, 9)), max_size=3),
    st.fixed_dictionaries({"total": st.one_of(st.none(), st.integers(-5, 2**60), st.text(max_size=3), st.floats())}),
    st.lists(
        st.fixed_dictionaries(
            {
                "provider": st.sampled_from(["groq", "novita", None, 3, True, "[", "\ud800"]),
                "status": st.sampled_from(["live", "staging", None, {"a": 1}]),
            }
        ),
        max_size=3,
    ),
    st.dictionaries(st.sampled_from(["groq", "novita"]), st.sampled_from([{"status": "live"}, {}, None, "live"])),
    st.fixed_dictionaries(
        {
            "relation": st.one_of(st.none(), st.sampled_from(["finetune", "new", 3, "[", "\ud800"])),
            "models": st.one_of(
                st.none(),
                st.lists(
                    st.one_of(
                        st.none(),
                        st.fixed_dictionaries(
                            {
                                "_id": st.sampled_from([None, "a" * 24, 5, "x y"]),
                                "id": st.sampled_from(["a/b", None, "../c", 4, "g"]),
                            }
                        ),
                    ),
                    max_size=3,
                ),
            ),
        }
    ),
)
FIELDS = (*EXPAND, "_id", "id", "author", "unheard_of")
ODD_RECORDS = st.lists(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=3), min_size=10, max_size=40)


@settings(max_examples=10, deadline=None)
@given(changes=ODD_RECORDS)
def test_the_bulk_rule_and_the_rules_for_single_records_agree(changes: list[dict[str, Any]]) -> None:
    """Whatever a record says: looked at in bulk or alone, the rows are the same."""
    items = [{**item, **change} for item, change in zip(MODELS, changes, strict=False)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        run, summary = parsed(Path(folder), [[item] for item in items])
        in_bulk = rows_of(run)
        shutil.rmtree(run.folder)
        patch.setattr(canonical, "identity", lambda _: "null")
        alone_run, alone = parsed(Path(folder), [[item] for item in items])
        assert in_bulk == rows_of(alone_run)
        assert (summary.set_aside, summary.quarantined) == (alone.set_aside, alone.quarantined)
        assert summary.models + summary.duplicates + summary.set_aside == len(items)


def test_a_landed_run_without_pages_is_refused_in_words(tmp_path: Path) -> None:
    run = land(tmp_path, [b"[]"])
    (run.folder / "pages" / "00001.json.gz").write_bytes(b"not gzip")
    with pytest.raises(StoreError, match="cannot"):
        parse_pages(run.folder, snapshot_date=DAY)


def test_duplicates_are_found_across_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_PART_PAGES", 2)
    pages: list[Any] = [[item] for item in MODELS[:9]]
    pages[1].append({"id": "../x"})
    pages[4].append({**MODELS[0], "likes": 5})
    pages[8].append({**MODELS[0], "likes": 9})
    pages[6].append({**MODELS[6], "likes": -1})
    run, summary = parsed(tmp_path, pages)
    assert sorted(hub_ids(run)) == sorted(item["_id"] for item in MODELS[:9])
    assert {row["hub_id"]: row["likes"] for row in rows_of(run)}[MODELS[0]["_id"]] == 9
    assert (summary.records, summary.models, summary.duplicates, summary.set_aside) == (13, 9, 3, 1)
    assert [(line["page"], line["position"]) for line in quarantine_of(run)] == [(2, 2), (7, 2)]
    assert [part.name for part in run.parts] == [f"{number:05}.parquet" for number in range(5)]


def test_a_run_of_an_earlier_version_is_read_as_one_part(tmp_path: Path) -> None:
    run, summary = parsed(tmp_path, [MODELS[:5]])
    rows = rows_of(run)
    run.parts[0].rename(run.folder / "models.parquet")
    (run.folder / "models").rmdir()
    earlier = replace(run, manifest=replace(run.manifest, bytes_parquet=summary.bytes_parquet))
    assert rows_of(earlier) == rows and earlier.is_whole
    earlier.parts[0].write_bytes(b"")
    assert not earlier.is_whole


def test_an_error_of_an_early_part_ends_the_walk_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_PART_PAGES", 1)
    run = land(tmp_path, [b"[{}"] + [b"[]"] * 50)
    lines = read_journal(run.folder)
    with (
        PageParser(run.folder, DAY) as pages,
        pytest.raises(StoreError, match=r"00001.json.gz cannot be parsed"),
    ):
        for line in lines:
            pages.add(line)
            time.sleep(0.05)
    assert not (run.folder / "parse.tmp").exists()


def test_a_parse_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    run = land(tmp_path, [json.dumps(MODELS).encode()] * 30)
    with pytest.raises(KeyboardInterrupt), PageParser(run.folder, DAY) as pages:
        for line in read_journal(run.folder):
            pages.add(line)
        raise KeyboardInterrupt
    assert sorted(path.name for path in run.folder.iterdir()) == ["journal.jsonl", "manifest.json", "pages"]


def test_a_full_disk_is_an_error_in_words(tmp_path: Path) -> None:
    run = land(tmp_path, [json.dumps(MODELS).encode()] * 30)
    script = f"""
import resource, signal
from pathlib import Path
from tests.landing.landed_pages import DAY, parse_pages
from tracker.errors import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # as a full disk: no file can grow beyond this
try:
    parse_pages(Path({str(run.folder)!r}), snapshot_date=DAY)
except StoreError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "make room, then run again" in done.stdout
    assert sorted(path.name for path in run.folder.iterdir()) == ["journal.jsonl", "manifest.json", "pages"]


@pytest.mark.parametrize(
    "name",
    [
        "gpt2",
        "a/b",
        "Qwen/Qwen3-8B",
        "a/..b..",
        "план/模型-🦙",
        "a/ b ",
        "a/<script>",
        "a/'; drop table models; --",
        "x/" + "y" * 255,
    ],
)
def test_names_of_any_script_are_names(tmp_path: Path, name: str) -> None:
    run, summary = parsed(tmp_path, [[{**MODELS[0], "id": name}]])
    assert [row["model_id"] for row in rows_of(run)] == [name] and summary.quarantined == 0


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "a/",
        "/b",
        "a/b/c",
        "a/..",
        "../b",
        "..",
        ".",
        "a\\..\\b",
        "a/b\n",
        "a\x00",
        "a/\x1b[31m",
        "a/\u202eb",
        "a/ ",
        "a" * 256,
        True,
        [],
        {},
    ],
)
def test_control_characters_and_path_tricks_are_no_names(tmp_path: Path, name: object) -> None:
    run, summary = parsed(tmp_path, [[{**MODELS[0], "id": name}, MODELS[1]]])
    assert hub_ids(run) == [MODELS[1]["_id"]] and summary.set_aside == 1
    assert quarantine_of(run)[0]["hub_id"] == MODELS[0]["_id"]


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSONS, max_size=4), st.sampled_from(["", " ", "\n\t"]), st.integers(0, 40), st.sampled_from('[]{}",x'))
@settings(max_examples=80, deadline=None)
def test_a_page_is_split_alike_by_the_decoder_and_by_brackets(items: list[Any], blank: str, at: int, odd: str) -> None:
    written = [json.dumps(item) for item in items]
    page = f"{blank}[{blank}{f'{blank},{blank}'.join(written)}{blank}]{blank}"
    assert records.split(page) == written
    for each in (page, page[:at] + odd + page[at:]):
        assert _split(records.split, each) == _split(lambda text: list(records._bracketed(text)), each)


def _split(by: Callable[[str], list[str]], page: str) -> list[str] | None:
    try:
        return by(page)
    except records.NotAList:
        return None
