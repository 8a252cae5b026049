"""The demo is published as the documents say, loaded as they say, and asked: the same rows and ids as in its folder."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

import tracker
from tests.cli import test_twelve_questions as twelve
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
whole, distilled, published_part = twelve.whole, twelve.distilled, twelve.published_part  # fixtures


@pytest.mark.soak
def test_the_twelve_questions_have_the_same_rows_and_ids(
    whole: Path, distilled: Path, published_part: Path, served: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_ENDPOINT", served.endpoint)

    def ask(*command: str) -> twelve.Rows:
        return twelve.asked(whole, *command)

    merge = ("lineage", ask("sql", twelve.MERGED)[0]["model_id"])
    of_the_demo = (
        twelve.LEADS, twelve.CHINA, (*twelve.LABS, twelve.YEAR_AGO), (*twelve.LABS, twelve.MONTH), twelve.QUANTIZED,
        twelve.MOST_USED, twelve.licences(twelve.most_used(ask)), twelve.CLAIM, twelve.WEEK, twelve.BEHIND,
        twelve.PUBLISHER, merge, twelve.MERGES,
    )  # fmt: skip
    of_r1 = ((*twelve.BELOW, "default"), (*twelve.BELOW, "teacher"))
    asked_of = ((whole, of_the_demo), (distilled, of_r1), (published_part, twelve.FIRST_LOOK))
    for number, (folder, commands) in enumerate(asked_of):
        name = f"ann/twelve-{number}"
        Desk(served, folder, name).publish(private=False)  # some of them have no definitions, which a card needs
        for command in commands:
            there = called(*command, "--json", "--data-dir", f"hf://datasets/{name}")
            assert there.returncode == 0 and json.loads(there.stdout) == twelve.told(folder, *command), command


@pytest.fixture(scope="module")
def demo(demo_folder: Path, served: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo's folder on the Hub, by the commands of the page; the data set is written once for all of them."""
    place = tmp_path_factory.mktemp("on-the-hub")
    write, kept = data_set.write, place / "kept"

    def once(data_dir: Path, folder: Path, **options: object) -> object:
        if not kept.exists():
            write(data_dir, kept, **options)
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
    pytest.importorskip("datasets", reason="datasets is not installed (make extras)")
    env = environment(HF_HOME=str(place), HF_ENDPOINT=demo.hub.endpoint, HF_HUB_DISABLE_TELEMETRY="1")
    env.pop("HF_TOKEN", None)
    done = subprocess.run([sys.executable, "-c", LOADS, *configs], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    return tuple(json.loads(done.stdout))  # type: ignore[return-value]


def rows(place: str, table: str) -> int:
    with tracker.open(place) as copy:
        return int(copy.sql(f"select count(*) as n from {table}").frame["n"][0])


def test_every_table_loads_streaming_too_with_the_day_as_a_column(demo: Desk, tmp_path: Path) -> None:
    configs, found = loaded(demo, tmp_path, "all")
    assert len(configs) > 30 and set(found) == set(configs)
    for config, (held, columns, streamed) in found.items():
        assert columns and (not held or streamed == sorted(columns)), config  # type: ignore[call-overload]
    alike = found["share_alike_weekly_snapshots"][0]  # nights under a licence of their own
    assert found["snapshots"][0] + alike == rows(str(demo.data), "snapshots")  # type: ignore[operator]
    assert "snapshot_date" in found["snapshots"][1]  # type: ignore[operator]
