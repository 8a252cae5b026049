"""What the xet client leaves in a folder that it takes for a store: its shards say which file is made of what.

A shard (`*.mdb`) is a head of 48 bytes, then one block a file: its hash, flags, the number of segments; the segments,
as many proofs where the flags say so, and its sha256. A block of ones ends them. Each part is 48 bytes long, and of a
hash each group of 8 bytes stands backwards.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from pathlib import Path

PART = 48
HAS_PROOFS, HAS_SHA256 = 1 << 31, 1 << 30
END = b"\xff" * 32


def take(store: Path, digest: str, place: Path) -> None:
    """Write the file of that sha256 to a place, put together by the xet client; nothing where the store has none."""
    found = next((file for shard in _shards(store) for sha256, file in _files(shard) if sha256 == digest), None)
    if found is None:
        return
    import hf_xet

    until = int(time.time()) + 60
    with hf_xet.XetSession().new_file_download_group(
        endpoint=f"local://{store}", token="loopback", token_expiry_unix_secs=until
    ) as group:
        group.start_download_file(hf_xet.XetFileInfo(found, None), str(place))


def _shards(store: Path) -> Iterator[bytes]:
    """Yield the shards of a store, the newest first."""
    shards = (store / "xet" / "xorbs" / "shards").glob("*.mdb")
    for path in sorted(shards, key=lambda path: path.stat().st_mtime_ns, reverse=True):
        yield path.read_bytes()


def _files(shard: bytes) -> Iterator[tuple[str, str]]:
    """Yield sha256 and hash of each file of a shard."""
    at = PART
    while (name := shard[at : at + 32]) != END:
        flags, segments = struct.unpack_from("<II", shard, at + 32)
        at += PART * (1 + segments * (2 if flags & HAS_PROOFS else 1))
        if flags & HAS_SHA256:
            yield _hex(shard[at : at + 32]), _hex(name)
            at += PART


def _hex(told: bytes) -> str:
    return b"".join(told[at : at + 8][::-1] for at in range(0, 32, 8)).hex()
