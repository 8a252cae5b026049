"""Fixtures for all tests."""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

# Folders of tests lie in memory where there is enough: hundreds of nights each wait for the disk several times.
_IN_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 8 * 1024**3
if "TMPDIR" not in os.environ and _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ENOUGH_BYTES:
    os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_IN_MEMORY)

# huggingface_hub reads these once, when it is imported. A developer's own token and cache stay out of the tests.
_hf_home = tempfile.TemporaryDirectory(prefix="tracker-tests-hf-")
os.environ["HF_HOME"] = _hf_home.name
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# two workers have the machine between them: pools of threads in each of many processes cost more than they gain
os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
for _name in ("HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE"):
    os.environ.pop(_name, None)

if os.environ.get("EXTRAS_TESTS") == "required":  # what would be skipped for want of an extra fails instead

    def _required(name: str, **_: Any) -> Any:
        return importlib.import_module(name)

    pytest.importorskip = _required

from tests.command_line import tracker  # noqa: E402
from tracker.demo import HubProcess, hub_process  # noqa: E402
from tracker.errors import secrets  # noqa: E402

# Files go to a worker whole, so that what a file sets up is set up once. Those that take longest begin first: one that
# began last would be waited for alone. The first two take as long as each other, one of them with the demo's folder.
LONGEST = (
    "test_truth.py", "test_examples.py", "test_simulated_year.py", "test_pipeline.py", "test_backfill.py",
    "test_forget.py", "test_one_module.py", "test_page_shown.py", "test_commands.py", "test_kept.py",
    "test_page_used.py", "test_site_shown.py", "test_site_numbers.py", "test_recipes.py", "test_replay.py",
    "test_documents.py", "test_charts.py",
)  # fmt: skip

_ON_SPARK = "tests/handover/spark/"

Nights = Mapping[date, Sequence[Mapping[str, Any]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, in each worker the same way."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep what collecting tests makes out of every later search for garbage: all of it stays to the end."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give files to workers whole, and those on Spark to one: each would start a session of its own."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Rooms(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return _ON_SPARK if nodeid.startswith(_ON_SPARK) else str(super()._split_scope(nodeid))

    return Rooms(config, log)


def write_nights(folder: Path, nights: Nights) -> Path:
    """Write list items as a folder that the loopback Hub can replay, one file a night."""
    folder.mkdir(parents=True, exist_ok=True)
    for night, items in nights.items():
        lines = [json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in items]
        (folder / f"{night}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Callable[..., HubProcess]]:
    """Start loopback Hubs: `hub(nights={date: [item, ...]}, **options of hub_process)`. They end with the test."""
    with ExitStack() as stack:
        started = []

        def start(nights: Nights | None = None, **options: Any) -> HubProcess:
            if nights is not None:
                options["replay"] = write_nights(tmp_path / f"hub-{len(started)}", nights)
            started.append(stack.enter_context(hub_process(**options)))
            return started[-1]

        yield start


@pytest.fixture(autouse=True)
def _no_secrets_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test told the process to hide is hidden in its own messages only."""
    monkeypatch.setattr(secrets, "_told", dict(secrets._told))


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder that `tracker demo` leaves behind, made once for all workers; what it printed is in demo.txt."""
    own = tmp_path_factory.getbasetemp()
    base = (own if worker_id == "master" else own.parent) / "demo-for-all"
    base.mkdir(exist_ok=True)
    with FileLock(base / "lock"):
        if not (base / "demo.txt").exists():
            done = tracker("demo", "--quiet", cwd=base)
            assert (done.returncode, done.stderr) == (0, "")
            (base / "demo.txt").write_text(done.stdout)
    return base / "data" / "demo"
