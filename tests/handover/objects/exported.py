"""What stands in a place of a store, as those see it who read it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.store.delta_readers import COUNTED, READERS, Rows
from tracker import store
from tracker.handover import objects
from tracker.handover.objects.place import Place
from tracker.settings import Settings

SECRET = "private-corp/secret"


class Exported:
    """One place of a store."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def place(self) -> Place:
        return Place(self.url)

    def export(self, settings: Settings) -> list[str]:
        """Export, and return the keys that were put."""
        return [each.removeprefix(f"{self.url}/") for each in objects.export(settings, self.url)]

    def keys(self) -> list[str]:
        """Return the keys of all objects."""
        return sorted(self.place.objects())

    def content(self, key: str) -> bytes:
        found = self.place.get(key)
        assert found is not None, key
        return found

    def manifest(self, number: int) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.content(f"_exports/{number:06}.json"))
        return told

    def exports(self) -> list[int]:
        return [int(match[1]) for key in self.keys() if (match := re.fullmatch(r"_exports/(\d+)\.json", key))]

    def download(self, folder: Path) -> Path:
        for key in self.keys():
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(self.content(key))
        return folder

    def asked(self, table: str, sql: str = COUNTED, version: int | None = None, reader: str = "deltalake") -> Rows:
        """Ask a table of a reader that knows nothing of the tracker."""
        options = {name.lower(): told for name, told in os.environ.items() if name.startswith("AWS_")}
        options = {**options, "aws_allow_http": "true"}
        return sorted(READERS[reader](f"{self.url}/{table}", version, sql, options))

    def check_whole(self) -> None:
        """Check that the newest export names what is there, by its hash, and that each names the one before it."""
        numbers = self.exports()
        named = self.manifest(numbers[-1])["files"]
        for each in named:
            content = self.content(each["object"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (each["bytes"], each["sha256"])
        for before, number in pairwise(numbers):
            told = self.manifest(number)["before"]
            digest = hashlib.sha256(self.content(f"_exports/{before:06}.json")).hexdigest()
            assert told == {"export": before, "sha256": digest}

    def check_is_of(self, settings: Settings) -> None:
        """Check that readers of the newest versions, of hashes and of the newest export have what a folder says."""
        self.check_whole()
        assert self.asked("snapshots") == nights_of(settings)
        newest = self.manifest(self.exports()[-1])
        sums = "".join(f"{each['sha256']}  {each['object']}\n" for each in newest["files"])
        assert self.content("SHA256SUMS").decode() == sums
        with store.open_published(settings.data_dir) as published:
            names = published.query("select model_key, model_id from models order by 1").rows()
            assert published.facts().copy_id == newest["copy_id"]
        assert self.asked("tables/models", "select model_key, model_id from t ") == names


def nights_of(settings: Settings) -> Rows:
    """Return what the nights of a folder come to, as `COUNTED` asks it of a log."""
    with store.open_published(settings.data_dir) as published:
        asked = COUNTED.replace("from t", "from counters")
        return sorted(published.query(f"select * replace (sum_d::bigint as sum_d, sum_l::bigint as sum_l) from "
                                      f"({asked}) as q(day, source, scope, n, sum_d, sum_l)").rows())  # fmt: skip
