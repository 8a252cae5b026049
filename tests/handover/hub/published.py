"""Publishing at a loopback Hub, and what then stands there."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

from tests import planted
from tests.store.nights import land, update
from tracker import pipeline, registry, store
from tracker.demo import HubProcess
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

    def publish(self, **options: Any) -> Published:
        return hub.publish(self.settings, self.name, **{"write": write, **options})

    def night(self, day: date) -> None:
        """Let another night be published in the data folder: the last one once more."""
        known = registry.load(planted.folder().parent / "registry")
        update(self.settings, known, land(self.data, day, planted.covered(planted.SNAPSHOT, "full")))

    def restate(self) -> None:
        """Let the newest night be resolved by another registry, and published."""
        changed = self.data.parent / "registry"
        shutil.copytree(planted.folder().parent / "registry", changed)
        organizations = changed / "organizations.csv"
        organizations.write_text(organizations.read_text().replace(",FR", ",US"))
        pipeline.resolve(replace(self.settings, registry=changed), reason="another country")

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
