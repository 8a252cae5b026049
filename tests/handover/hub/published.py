"""Publishing at a loopback Hub, and what then stands there."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

from tests import planted
from tests.store.nights import land, update
from tracker import registry, store
from tracker.demo import HubProcess
from tracker.files import sha256
from tracker.handover import hub
from tracker.handover.hub import Published
from tracker.settings import Settings

TOKEN = "hf_that_may_write"
CARD = """---
license: cc-by-4.0
configs:
- config_name: models
  data_files: models.parquet
---
# Nights up to {}
"""


def write(data_dir: Path, folder: Path) -> None:
    """Write a data set without charts and the like, which costs a tenth of a whole one."""
    kept = _written(data_dir, (data_dir / "tracker.duckdb").readlink().name)
    shutil.copytree(kept, folder)


@cache
def _written(data_dir: Path, generation: str) -> Path:
    """Return the data set of a generation, written once."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-published-")) / "data_set"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    written = store.export_parquet(data_dir, folder)
    newest = max(path.parent.name for path in written if path.parent.parent.name == "snapshots")
    (folder / "README.md").write_text(CARD.format(newest))
    return folder


def altered(change: Callable[[Path], object]) -> Callable[[Path, Path], None]:
    """Return what writes a data set in which something is otherwise."""

    def written(data_dir: Path, folder: Path) -> None:
        write(data_dir, folder)
        change(folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
        sums = "".join(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
        (folder / "SHA256SUMS").write_text(sums)

    return written


def telling(**told: str) -> Callable[[Path, Path], None]:
    """Return what writes a data set that tells otherwise of itself: `snapshot_date="2026-10-06"`."""

    def tell(folder: Path) -> None:
        about = pl.read_parquet(folder / "about.parquet")
        value = pl.col("key").replace_strict(told, default=pl.col("value"), return_dtype=pl.String)
        about.with_columns(value.alias("value")).write_parquet(folder / "about.parquet")
        card = folder / "README.md"
        card.write_text(card.read_text() + "".join(f"{name}: {value}\n" for name, value in told.items()))

    return altered(tell)


@dataclass
class Desk:
    """Whoever publishes a data folder under a name."""

    hub: HubProcess
    data: Path
    name: str

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data, endpoint=self.hub.endpoint, memory_limit="1GB", read_timeout_seconds=5)

    @property
    def api(self) -> HfApi:
        return HfApi(endpoint=self.hub.endpoint, token=TOKEN)

    @property
    def address(self) -> str:
        return f"hf://datasets/{self.name}"

    def publish(self, day: str | None = None, **options: Any) -> Published:
        """Publish; with `day` as if another night had come, for less than one costs."""
        if day is not None:
            options["write"] = telling(snapshot_date=day)
        return hub.publish(self.settings, self.name, **{"write": write, **options})

    def night(self, day: date) -> None:
        """Let another night be published in the data folder: the last one once more."""
        known = registry.load(planted.folder().parent / "registry")
        update(self.settings, known, land(self.data, day, planted.covered(planted.SNAPSHOT, "full")))

    def commit(self, *, delete: tuple[str, ...] = (), **files: bytes | str) -> str:
        """Commit by hand, as another would: `README_md="..."`."""
        operations: list[Any] = [CommitOperationDelete(path) for path in delete]
        for path, content in files.items():
            given = content.encode() if isinstance(content, str) else content
            operations.append(CommitOperationAdd(path.replace("_", "."), given))
        return str(self.api.create_commit(self.name, operations, commit_message="By hand", repo_type="dataset").oid)

    def state(self, revision: str = "main") -> Mapping[str, str]:
        """Return path -> hash of a revision."""
        listed = self.api.list_repo_tree(self.name, repo_type="dataset", recursive=True, revision=revision)
        return {each.path: each.blob_id for each in listed if hasattr(each, "blob_id")}

    def commits(self) -> list[str]:
        return [each.commit_id for each in self.api.list_repo_commits(self.name, repo_type="dataset")]

    def tags(self) -> dict[str, str]:
        refs = self.api.list_repo_refs(self.name, repo_type="dataset")
        return {each.name: each.target_commit for each in refs.tags}

    def text(self, path: str, revision: str = "main") -> str:
        from huggingface_hub import hf_hub_download

        place = hf_hub_download(
            self.name, path, repo_type="dataset", revision=self.api.dataset_info(self.name, revision=revision).sha,
            endpoint=self.hub.endpoint, token=TOKEN, cache_dir=self.data.parent / "looked at",
        )  # fmt: skip
        return Path(place).read_text()
