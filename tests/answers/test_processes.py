"""A process of its own gives the bytes of any other: with one thread on a copied folder as with two on the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import command_line

COMMANDS = (
    "share", "share Qwen qwen3 --by line", "share --from 2026-01 --edge nearest --credit first",
    "share --by origin_country --credit full", "share --edge direct --by base_publisher", "share --denominator models",
    "share --edge name", "share --compare definitions", "share --month 2030-01", "trend",
    "trend --of models --by likes", "trend --flow --every month", "trend --of countries --country publisher",
    "top", "top --of publishers", "top --of models --by derivatives", "lineage Qwen/Qwen2-7B --down",
    "lineage Qwen/Qwen2-7B", "measure attention", "measure concentration",
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=COMMANDS.__getitem__)
def test_a_process_gives_the_bytes_of_any_other(moved: Path, demo_folder: Path, number: int) -> None:
    """In a process with one thread on a copied folder as in this one with two on the folder itself."""
    arguments = (*COMMANDS[number].split(), "--format", ("json", "csv", "markdown", "tsv")[number % 4])
    here = command_line.called(*arguments, "--data-dir", str(demo_folder))
    there = command_line.tracker(*arguments, "--data-dir", str(moved), TRACKER_THREADS="1")
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert there.stdout == here.stdout
