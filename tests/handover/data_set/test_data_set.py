"""A data set as its users meet it: what stands in it, what does not, and what reads it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tracker
from tests.command_line import called, environment
from tests.handover.data_set import planted_rows
from tests.handover.data_set.planted_rows import ALIKE, BASE, CARD_TEXT, DAYS, NEVER, PRIVATE
from tracker.errors import SettingsError
from tracker.handover import data_set
from tracker.settings import Settings

EXTRA = "`make extras` installs it"
SUMS = "SHA256SUMS"
ALIKE_ROWS = "share-alike/alike_archive"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return planted_rows.make(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def folder(planted: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("data-set") / "it's a=b"
    write(planted, place)
    return place


def write(settings: Settings, place: Path) -> list[Path]:
    return data_set.write(settings.data_dir, place, registry=settings.registry, memory_limit="1GB")


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def told(path: Path) -> str:
    """Return all that a file says: of Parquet every value of every row, of the rest its bytes."""
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path, hive_partitioning=False)
        return path.as_posix() + "\n".join(str(row) for row in frame.iter_rows())
    return path.as_posix() + path.read_bytes().decode("latin-1")


def test_what_may_not_leave_stands_in_no_file(planted: Settings, folder: Path) -> None:
    everything = {path.relative_to(folder).as_posix(): told(path) for path in folder.rglob("*") if path.is_file()}
    for name in (PRIVATE, NEVER, CARD_TEXT):
        assert [path for path, text in everything.items() if name in text] == []
    assert {path.partition("/snapshots/")[0] for path, text in everything.items() if ALIKE in text} == {ALIKE_ROWS}
    assert "closed_archive" not in "".join(path for path in everything)
    with tracker.open(planted.data_dir) as copy:  # they are in the folder itself, or were
        models = copy.sql("select model_id from models").frame["model_id"].to_list()
    assert {ALIKE, NEVER, BASE} <= set(models) and PRIVATE not in models
    gated = pl.read_parquet(folder / "models.parquet").filter(model_id=BASE)
    assert gated["gated"].to_list() == ["auto"], "what is gated is public metadata"


def test_every_file_is_listed_with_its_hash_and_the_chain_can_be_checked(folder: Path) -> None:
    listed = dict(reversed(line.split("  ")) for line in (folder / SUMS).read_text().splitlines())
    there = held(folder)
    assert set(listed) | {SUMS} == set(there)
    assert {name: hashlib.sha256(there[name]).hexdigest() for name in listed} == listed
    before = None
    manifests = sorted(name for name in listed if re.fullmatch(r"manifests/\d+\.json", name))
    for number, name in enumerate(manifests, 1):
        manifest = json.loads(there[name])
        assert manifest["generation"] == number
        assert (manifest["before"] or {}).get("sha256") == before
        before = listed[name]
    about = dict(pl.read_parquet(folder / "about.parquet").iter_rows())
    assert about["generation"] == str(len(manifests)) and about["copy_id"] == manifest["copy_id"]


def test_the_same_copy_gives_the_same_bytes_and_what_is_foreign_stays(
    planted: Settings, folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "again"
    shutil.copytree(folder, place)
    (place / ".git").mkdir()
    (place / ".git/HEAD").write_text("ref")
    (place / "old.parquet").write_text("listed once")
    (place / SUMS).write_text((place / SUMS).read_text() + "0  old.parquet\n")
    paths = write(planted, place)
    assert held(place) == {**held(folder), ".git/HEAD": b"ref"}
    assert {path.relative_to(place.resolve()).as_posix() for path in paths} == set(held(folder))


def test_a_folder_with_something_else_is_refused(planted: Settings, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match="did not write; name a new folder"):
        write(planted, tmp_path)
    done = called(
        "export", "--dataset", str(tmp_path / "x"), "--repository", "a b", "--data-dir", str(planted.data_dir)
    )
    assert done.returncode == 2 and "write OWNER/NAME" in done.stderr
    done = called("export", "--dataset", "x", "--to", "y", "--data-dir", str(planted.data_dir))
    assert done.returncode == 2 and "name one of --to" in done.stderr
    assert held(tmp_path) == {"notes.txt": b"mine"} | {".x.lock": b""} or held(tmp_path) == {"notes.txt": b"mine"}


@pytest.mark.parametrize("seen", ["models.parquet", "README.md"])
def test_a_run_that_is_killed_leaves_the_old_one_whole(
    planted: Settings, folder: Path, tmp_path: Path, seen: str
) -> None:
    place = tmp_path / "set"
    shutil.copytree(folder, place)
    (place / "README.md").write_text("of before")
    old = held(place)
    command = [sys.executable, "-m", "tracker", "export", "--dataset", str(place), "--data-dir", str(planted.data_dir)]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not (tmp_path / ".set.building" / seen).exists():
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert held(place) == old
    write(planted, place)
    assert held(place) == held(folder) and {path.name for path in tmp_path.iterdir()} == {"set", ".set.lock"}


# ---- what reads it


@pytest.fixture
def load(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason=EXTRA)
    datasets.disable_progress_bars()
    return lambda *names, **options: datasets.load_dataset(
        str(folder), *names, split="train", cache_dir=str(tmp_path), **options
    )


def configs(folder: Path) -> dict[str, str]:
    """Return the configs of the card: name and pattern of their files."""
    text = (folder / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    return dict(re.findall(r'config_name: "(.+)"\n.*\n.*\n +path: "(.+)"', text))


@pytest.mark.filterwarnings("ignore")
def test_datasets_load_every_config(folder: Path, load: Callable[..., Any]) -> None:
    found = configs(folder)
    assert list(found)[:4] == ["lineage", "models", "daily_families", "snapshots"]
    for name, pattern in found.items():
        rows = pl.read_parquet([*folder.glob(pattern)], hive_partitioning=False)
        loaded = load(name)
        assert (loaded.num_rows, loaded.column_names) == (rows.height, rows.columns), name
        first = next(iter(load(name, streaming=True)))
        assert list(first) == rows.columns, name
    assert load().column_names == load("lineage").column_names, "the first is the default"
    assert sorted(set(load("snapshots")["snapshot_date"])) == list(DAYS)
    countries = set(load("models")["publisher_country"])
    assert {"NO", "NA"} <= countries and None not in countries
    assert "null" in load("organizations")["organization"]
    alike = load("share_alike_alike_archive")
    assert sorted(alike["model_id"]) == [ALIKE, "maker-1/model-1"]


def test_tables_without_rows_have_their_columns_and_no_config(folder: Path) -> None:
    empty = [path for path in folder.glob("*.parquet") if pl.scan_parquet(path).select(pl.len()).collect().item() == 0]
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in empty} >= {"night_labels", "watch_matches"}
    for path in empty:
        assert pl.read_parquet_schema(path) and path.stem not in configs(folder)
        assert f"`{path.stem}`" in card.partition("Without rows so far")[2].partition("\n")[0]
    assert "dataset_info" not in card, "it would be stale with the first new column"


@pytest.mark.filterwarnings("ignore")
def test_croissant_is_valid_and_gives_the_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason=EXTRA)
    monkeypatch.chdir(folder)
    found = mlcroissant.Dataset("croissant.json")
    assert found.metadata.issues.report() == ""
    for name in ("snapshots", "night_labels", "source_tables", "share_alike_alike_archive", "models"):
        (records,) = (each for each in found.metadata.record_sets if each.name == name)
        paths = list(folder.glob(records.fields[0].source.uuid))
        rows = pl.scan_parquet(paths, hive_partitioning=False).select(pl.len()).collect().item()
        assert len(list(found.records(name))) == rows, name
    text = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    files = {each["contentUrl"]: each["sha256"] for each in text["distribution"] if "sha256" in each}
    assert files == {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in files}
    assert {path.name for path in folder.glob("*.parquet")} == set(files)


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_is_valid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frictionless = pytest.importorskip("frictionless", reason=EXTRA)
    monkeypatch.chdir(folder)
    package = frictionless.Package("datapackage.json")
    report = package.validate(limit_rows=300)
    assert report.valid, report.flatten(["name", "fieldName", "type", "note"])
    dictionary = package.get_resource("dictionary")
    assert dictionary.schema.missing_values == [""]
    hashes = {each.path: each.hash for each in package.resources}
    assert hashes == {path: f"sha256:{hashlib.sha256((folder / path).read_bytes()).hexdigest()}" for path in hashes}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")} < set(hashes)


def test_the_card_says_what_it_is_under_which_licence(folder: Path) -> None:
    card = (folder / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"!\[.{20,}\]\((.+)\)", card):
        assert (folder / path).read_bytes().startswith(b"\x89PNG")
    assert card.count("](charts/") >= 2
    for section in ("Definitions", "Coverage", "Licences and attribution", "Limitations", "Restatements", "Cite it"):
        assert f"\n## {section}\n" in card
    assert '  - "cc-by-4.0"\n  - "odbl"\n' in card and "The Alike" in card
    assert re.search(r"The Closed \| no rows", card)
    with tracker.open(folder) as copy:
        assert f"id {copy.share(month='2026-10', rows=10).id}" in card or "No month is whole yet, or" in card
