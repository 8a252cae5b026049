"""The demo is published as the documents say, loaded as they say, and asked: the same rows and ids as in its folder."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from huggingface_hub import constants

import tracker
from tests.cli.test_examples import ON_THE_HUB
from tests.cli.test_examples import examples as of_help
from tests.command_line import called, environment
from tests.documents import ROOT
from tests.handover.hub.published import TOKEN, Desk
from tracker.demo import HubProcess
from tracker.handover import data_set

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client sends objects so
PAGE = (ROOT / "docs" / "on-the-hub.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (tracker .*)$", PAGE, re.MULTILINE)
NAME = "ann/hub-adoption"


@pytest.fixture(scope="module")
def demo(demo_folder: Path, served: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo's folder on the Hub, by the commands of the page; the data set is written once for all of them."""
    place = tmp_path_factory.mktemp("on-the-hub")
    write, kept = data_set.write, place / "kept"

    def once(data_dir: Path, folder: Path, **options: object) -> object:
        if not kept.exists():
            write(data_dir, kept, **options)  # type: ignore[arg-type]
        return shutil.copytree(kept, folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_TOKEN", TOKEN)
        patch.setenv("HF_ENDPOINT", served.endpoint)
        patch.setenv("TRACKER_DATA_DIR", str(demo_folder))
        patch.setattr(constants, "HF_HUB_CACHE", str(place / "cache"))
        patch.setattr(data_set, "write", once)
        for command in (*COMMANDS, *(each for lines in of_help() for each in lines if each.startswith(ON_THE_HUB))):
            done = called(*shlex.split(command)[1:])
            assert done.returncode == 0, f"{command}: {done.stderr}"
        yield Desk(served, demo_folder, NAME)


def test_the_commands_of_the_page_and_of_the_help_are_run(demo: Desk) -> None:
    assert len(COMMANDS) == 5
    assert len(demo.commits()) == 2, "one of the Hub, one of the first publish; those after it changed nothing"
    assert list(demo.tags()) == ["2026-11-21"] and not demo.api.dataset_info(NAME).private
    assert "synthetic" in demo.text("README.md").split("configs:")[0]


def test_it_says_that_its_data_are_synthetic(demo: Desk) -> None:
    again = called("publish-dataset", NAME, "--dry-run")
    assert "the data are synthetic, and the card says so" in again.stderr


def test_questions_have_the_same_rows_and_ids(demo: Desk) -> None:
    for words in ("share --by family", "top --of families", "diff --week", "claims F27", "trend Qwen --every month"):
        here, there = (
            called(*words.split(), "--json", "--data-dir", place) for place in (str(demo.data), demo.address)
        )
        assert there.returncode == 0 and there.stdout == here.stdout, there.stderr


LOADS = """
import sys, json, datasets
from pathlib import Path
datasets.disable_progress_bars()
name, configs = "ann/hub-adoption", datasets.get_dataset_config_names("ann/hub-adoption")
found = {}
for config in configs if sys.argv[1] == "all" else sys.argv[1:]:
    held = datasets.load_dataset(name, config, split="train", revision="2026-11-21")
    streamed = datasets.load_dataset(name, config, split="train", streaming=True)
    first = next(iter(streamed), None)
    found[config] = [held.num_rows, held.column_names, None if first is None else sorted(first)]
print(json.dumps([configs, found]))
"""


def loaded(demo: Desk, place: Path, *configs: str) -> tuple[list[str], dict[str, list[object]]]:
    env = environment(HF_HOME=str(place), HF_ENDPOINT=demo.hub.endpoint, HF_HUB_DISABLE_TELEMETRY="1")
    env.pop("HF_TOKEN", None)
    done = subprocess.run([sys.executable, "-c", LOADS, *configs], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    return tuple(json.loads(done.stdout))  # type: ignore[return-value]


def rows(demo: Desk, table: str) -> int:
    with tracker.open(demo.data) as copy:
        return int(copy.sql(f"select count(*) as n from {table}").frame["n"][0])


@pytest.mark.skipif(find_spec("datasets") is None, reason="datasets is not installed (make extras)")
def test_the_tables_load_with_the_day_as_a_column(demo: Desk, tmp_path: Path) -> None:
    _, found = loaded(demo, tmp_path, "snapshots", "share_alike_weekly_snapshots")
    held, columns, streamed = found["snapshots"]
    alike = found["share_alike_weekly_snapshots"][0]  # nights under a licence of their own
    assert held + alike == rows(demo, "snapshots") and "snapshot_date" in columns and sorted(columns) == streamed  # type: ignore[operator,call-overload]


@pytest.mark.soak
@pytest.mark.skipif(find_spec("datasets") is None, reason="datasets is not installed (make extras)")
def test_every_config_loads_streaming_too(demo: Desk, tmp_path: Path) -> None:
    configs, found = loaded(demo, tmp_path, "all")
    assert len(configs) > 30 and set(found) == set(configs)
    for config, (held, columns, streamed) in found.items():
        assert columns and (not held or streamed == sorted(columns)), config  # type: ignore[call-overload]
