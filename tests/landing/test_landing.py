"""Landed runs: written whole, read back as they were, believed only as far as their hashes go."""

from __future__ import annotations

import dataclasses
import gzip
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.landing.landed_pages import land, page_line
from tracker.errors import StoreError
from tracker.landing import Manifest, Walk, prune, read_journal, run_id, runs

DAY = date(2026, 11, 22)
BODIES = [b"[]", b'[{"a":1}]', b'[{"b":2}]']


def test_a_manifest_is_read_back_as_it_was(tmp_path: Path) -> None:
    run = land(tmp_path, BODIES)
    full = dataclasses.replace(
        run.manifest, finished_at=datetime(2026, 11, 22, 11, tzinfo=UTC), status="landed", models=2, reason="x"
    )
    assert Manifest.from_json(full.to_json()) == full
    assert Manifest.from_json((run.folder / "manifest.json").read_text()) == run.manifest


def test_a_manifest_of_a_later_version_can_be_read(tmp_path: Path) -> None:
    values = json.loads(land(tmp_path, BODIES).manifest.to_json()) | {"unheard_of": 1}
    assert Manifest.from_json(json.dumps(values)).scope == "full"


def test_run_ids_sort_by_time_and_differ() -> None:
    moment = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC)
    assert run_id(moment, b"a").startswith("20261122T090507Z-")
    assert run_id(moment, b"a") != run_id(moment, b"b")
    assert run_id(moment, b"z") < run_id(moment + timedelta(seconds=1), b"a")


def test_runs_are_listed_oldest_first_and_by_day(tmp_path: Path) -> None:
    days = [DAY, DAY - timedelta(days=1), DAY - timedelta(days=9)]
    made = [land(tmp_path, BODIES, day=day) for day in days]
    assert runs(tmp_path) == made[::-1]
    assert runs(tmp_path, snapshot_date=DAY) == made[:1]
    assert runs(tmp_path, source="elsewhere") == []


def test_runs_of_one_second_are_listed_as_they_began(tmp_path: Path) -> None:
    """An id tells the second and then hex digits in no order; the newest run must not be a matter of chance."""
    first = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC)
    began = {f"20261122T090507Z-{6 - n:06x}": first + timedelta(milliseconds=100 * n) for n in range(6)}
    landed = land(tmp_path / "one", BODIES).manifest
    for name, moment in began.items():
        Walk.create(tmp_path / "data", dataclasses.replace(landed, run_id=name, started_at=moment)).close()
    assert [run.manifest.run_id for run in runs(tmp_path / "data")] == list(began)


def test_a_walk_goes_on_where_its_journal_ends(tmp_path: Path) -> None:
    run = land(tmp_path, BODIES)
    walk = Walk.reopen(run)
    assert walk.last == page_line(3, BODIES[2]) and walk.manifest.status == "running"
    walk.append(page_line(4, b"[4]"), gzip.compress(b"[4]", 1, mtime=0))
    walk.close()
    lines = read_journal(run.folder)
    assert [line.number for line in lines] == [1, 2, 3, 4] and walk.last == lines[-1]
    assert walk.sums == Walk(run.folder, run.manifest, lines).sums
    assert walk.sums.for_manifest() == {
        "pages": 4,
        "private": 0,
        "requests": 4,
        "rate_limited": 0,
        "retries": 0,
        "bytes_raw": sum(line.bytes for line in lines),
        "synthetic": False,
    }


@pytest.mark.parametrize("torn", [b'{"number":4,"url"', b'{"number":4}', b"\x00" * 50])
def test_a_torn_last_line_is_left_out(tmp_path: Path, torn: bytes) -> None:
    run = land(tmp_path, BODIES)
    whole = run.journal_path.read_bytes()
    run.journal_path.write_bytes(whole + torn)
    assert [line.number for line in read_journal(run.folder)] == [1, 2, 3]
    Walk.reopen(run)
    assert run.journal_path.read_bytes() == whole


@pytest.mark.parametrize("damage", ["short", "changed", "gone"])
def test_pages_that_cannot_be_believed_are_fetched_again(tmp_path: Path, damage: str) -> None:
    run = land(tmp_path, BODIES)
    page = run.folder / "pages" / "00002.json.gz"
    content = page.read_bytes()
    page.unlink() if damage == "gone" else page.write_bytes(
        content[:-1] if damage == "short" else content[:-1] + bytes([content[-1] ^ 1])
    )
    assert Walk.reopen(run).sums.pages == 1
    assert [line.number for line in read_journal(run.folder)] == [1]


def test_only_the_newest_landed_nights_are_kept(tmp_path: Path) -> None:
    made = []
    for days in range(5):
        run = land(tmp_path, BODIES, day=DAY - timedelta(days=days))
        status = "failed" if days == 1 else "landed"
        made.append(Walk(run.folder, run.manifest, []).note(status=status))
    gone = prune(tmp_path, keep_nights=2)
    assert sorted(gone) == sorted(run.folder for run in made[3:])
    assert runs(tmp_path) == made[:3][::-1]
    assert not made[4].folder.parent.exists()
    assert prune(tmp_path, keep_nights=2) == []


def test_a_failed_write_says_what_to_do_and_spares_what_is_there(tmp_path: Path) -> None:
    run = land(tmp_path, BODIES)
    before = {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    script = f"""
import gzip, os, signal, resource
from pathlib import Path
from tests.landing.landed_pages import page_line
from tracker.errors import StoreError
from tracker.landing import Walk, runs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
walk = Walk.reopen(runs(Path({str(tmp_path)!r}))[0])
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))  # as a full disk: no file can grow beyond this
body = os.urandom(10_000)
try:
    walk.append(page_line(4, body), gzip.compress(body))
except StoreError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "cannot write" in done.stdout and "make room, then run again" in done.stdout
    assert Walk.reopen(run).sums.pages == 3
    kept = {path: content for path, content in before.items() if path.name != "manifest.json"}
    assert {path: path.read_bytes() for path in kept} == kept


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("in the way")
    with pytest.raises(StoreError, match="cannot write"):
        land(tmp_path, BODIES)
