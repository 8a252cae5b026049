"""All statements that the tests know give on Spark the rows of duckdb: on this machine, and on two workers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.command_line import environment
from tests.handover.spark import needed


@pytest.mark.soak
@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
def test_all_statements_have_the_rows_of_duckdb(master: str) -> None:
    needed.everything()
    command = [sys.executable, "-m", "tests.handover.spark.all_statements", master]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    *differing, counted = map(json.loads, done.stdout.splitlines())
    assert differing == []
    assert counted["statements"] == counted["equal"] > 500
