"""The page on what is past one machine: its Python works as it stands, and its commands name what is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.handover.spark import needed

pytest.importorskip("pyspark", reason=needed.EXTRA)

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
# commands that no test can run as they stand, with the reason
NOT_RUN = {
    "pip": "installs from a registry",
    "spark-submit": "needs a cluster of several machines; the script runs on one of two workers in the soak",
    "python": "runs in the soak (test_lineage_script)",
}


def test_its_python_works(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("data").symlink_to(planted.folder())
    names: dict[str, Any] = {}

    @contextmanager
    def beside(master: str) -> Iterator[Any]:
        """A session with tables of its own, of the one that all tests of this process share."""
        assert master == "local[2]"
        yield spark.newSession()

    monkeypatch.setattr("tracker.handover.spark.session", beside)
    exec(text, names)
    assert {row["family"] for row in names["shares"]} >= {"Qwen", "Llama", "unreviewed"}
    assert names["moved"][0]["downloads_30d_change"] > 0
    assert [row["snapshot_date"] for row in names["ours"]] == list(planted.NIGHTS)


def test_its_commands_name_what_is_there() -> None:
    commands = re.findall(r"```console\n\$ (.+?)```", PAGE, re.DOTALL)
    assert {shlex.split(each)[0] for each in commands} == set(NOT_RUN)
    for script in re.findall(r"\S+\.py\b", " ".join(commands)):
        assert (ROOT / script).is_file()
