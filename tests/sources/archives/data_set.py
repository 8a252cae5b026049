"""A data set whose commits can be put and taken away while it is served; ranges are heeded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.sources.archives.eras import Model, write
from tests.sources.loopback import Reply


class DataSet:
    """Commits of one file each: id, day, path in the data set, file."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.commits: list[tuple[str, date, str, Path]] = []
        self.title = "Upload {path} with huggingface_hub"

    def put(self, day: date, rows: Sequence[Model], era: str = "zoned", path: str = "models.parquet") -> None:
        self.add(day, path, write(self.folder / f"{len(self.commits)}.parquet", rows, era))

    def put_again(self, day: date, at: int) -> None:
        self.add(day, self.commits[at][2], self.commits[at][3])

    def add(self, day: date, path: str, file: Path) -> None:
        self.commits.append((f"{len(self.commits):040x}", day, path, file))

    def replies(self) -> Mapping[str, object]:
        """Every file at every commit since it was put, the history, and the tree of files with their last commits."""
        listed = [self.commit(each) for each in reversed(self.commits)]
        last = {path: commit for commit in self.commits for path in [commit[2]]}
        tree = [{"type": "file", "path": path, "lastCommit": self.commit(each)} for path, each in last.items()]
        found: dict[str, object] = {
            f"/api/datasets/{self.name}/commits/main": json.dumps(listed).encode(),
            f"/api/datasets/{self.name}/tree/main/models": json.dumps(tree).encode(),
        }
        there: dict[str, Path] = {}
        for commit, _, path, file in self.commits:
            there[path] = file
            for each, held in there.items():
                content, told = held.read_bytes() if held.is_file() else b"", {"X-Repo-Commit": commit}
                reply = Reply(content) if each.endswith(".json") else ranged(content, told)
                found[f"/datasets/{self.name}/resolve/{commit}/{each}"] = reply
        return found

    def commit(self, each: tuple[str, date, str, Path]) -> dict[str, str]:
        commit, day, path, _ = each
        return {"id": commit, "title": self.title.format(path=path), "date": f"{day}T04:30:00.000Z"}


def ranged(content: bytes, headers: Mapping[str, str]) -> Reply:
    def talk(handler: object) -> None:
        asked = handler.headers["Range"].removeprefix("bytes=")  # type: ignore[attr-defined]
        first, _, last = asked.partition("-")
        begin = int(first) if first else len(content) - int(last)
        end = int(last) if first and last else len(content) - 1
        piece = content[begin : end + 1]
        handler.send_response(206)  # type: ignore[attr-defined]
        told = {
            "Content-Range": f"bytes {begin}-{end}/{len(content)}",
            "Content-Length": str(len(piece)),
            "Connection": "close",
            **headers,
        }
        for name, value in told.items():
            handler.send_header(name, value)  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        handler.wfile.write(piece)  # type: ignore[attr-defined]

    return Reply(talk=talk)
