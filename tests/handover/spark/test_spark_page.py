"""The page on Spark: its Python works, and its commands are ones that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from tests import planted
from tests.handover.spark import needed
from tracker.cli import cli

PAGE = (Path(__file__).parents[3] / "docs" / "spark.md").read_text(encoding="utf-8")

pytest.importorskip("pyspark", reason=needed.EXTRA)


def test_what_the_page_shows_works(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").symlink_to(planted.folder())
    (block,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    with names["copy"] as copy:
        asked = copy.sql("select family, count(*) as models from lineage group by all order by all")
        assert [tuple(row) for row in names["families"]] == asked.frame.rows()


def test_its_commands_are_known() -> None:
    lines = [line for block in re.findall(r"```sh\n(.+?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    assert len(lines) == 3
    for line in lines:
        program, name, *words = shlex.split(line)
        command = cli.get_command(click.Context(cli), name)
        assert program == "tracker" and command is not None
        command.make_context(name, words)
