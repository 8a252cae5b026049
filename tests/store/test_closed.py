"""What a reader may not read is told so: it is not missing, and no backup is to be put back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import environment
from tests.nobody import NOBODY
from tests.store.nights import land, model, night, small_registry, update
from tracker.settings import Settings

# in a process of its own: threads of databases do not live on in a copy of this one
ASKING = """
import os, sys
from pathlib import Path
from tests.command_line import called
import tracker.cli.commands.health, tracker.cli.commands.nightly, tracker.api.operate, tracker.lineage.choose.inferred
import tracker.store.verify, tracker.store.work
from tracker import store
from tracker.errors import StoreError
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
for words in (["doctor", "--record"], ["status"], ["publish"]):
    done = called(*words, "--data-dir", sys.argv[1])
    print(done.returncode, done.stdout, done.stderr)
try:
    with store.open_published(Path(sys.argv[1])) as published:
        print(published.query("select sum(likes) from snapshots"))
except StoreError as error:
    print("1", error)
"""
PLACES = ("snapshots", "snapshots/*", "snapshots/*/*.parquet", "tracker-*.duckdb", "generations")


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up the rights of root to meet a folder of another owner")
@pytest.mark.parametrize("place", PLACES)
def test_what_may_not_be_read_is_never_called_missing(place: str, settings: Settings, tmp_path: Path) -> None:
    update(settings, small_registry(tmp_path / "registry"), land(settings.data_dir, night(0), [model("a/b", 1)]))
    for each in (tmp_path, *(above for above in tmp_path.parents if "pytest-of-" in str(above)), settings.data_dir):
        each.chmod(0o755)
    closed = list(settings.data_dir.glob(place))
    for each in closed:
        each.chmod(0o700 if each.is_dir() else 0o600)
    assert closed
    command = [sys.executable, "-c", ASKING, str(settings.data_dir), str(NOBODY)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(POLARS_MAX_THREADS="1"), timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "Permission denied" in said, said
    assert not [word for word in ("missing", "backup", "foresaw", "Traceback") if word in said], said
