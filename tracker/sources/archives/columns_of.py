"""Which bytes of a Parquet file some of its columns are, and a local file that has these bytes and no others.

The footer says where each column's chunk of each row group stands. Chunks that follow one another are one piece; a gap
is never bridged, for what lies in it may be what nobody wants on his disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tracker.errors import SnapshotRefused
from tracker.sources.archives.remote import RemoteFile
from tracker.sql import connect
from tracker.sql.connect import Connection

MAGIC = b"PAR1"
LENGTH_BYTES = 8  # of the end: how long the footer is, and the magic word. More at a guess might be of other columns
MOST_FOOTER_BYTES = 256 * 2**20
Wanted = Callable[[str], bool]  # of a column's path, as `safetensors, total`

_CHUNKS = """
    select path_in_schema, least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)),
        total_compressed_size
    from parquet_metadata({place})"""


def footer(file: RemoteFile) -> int:
    """Fetch a file's footer; return how many bytes it and its length have. Raises SnapshotRefused for no Parquet."""
    begins = file.end(LENGTH_BYTES)
    size = file.size or 0
    last = file.read(size - LENGTH_BYTES, LENGTH_BYTES) if size >= LENGTH_BYTES else b""
    length = int.from_bytes(last[:4], "little") + LENGTH_BYTES
    if last[4:] != MAGIC or not LENGTH_BYTES < length <= min(size, MOST_FOOTER_BYTES):
        raise SnapshotRefused(f"{file.url} is no Parquet file, or not all of one ({size:,} bytes)")
    if size - length < begins:
        file.piece(size - length, begins)
    return length


def fetch(connection: Connection, file: RemoteFile, wanted: Wanted) -> int:
    """Fetch the chunks of the columns that are wanted; return how many bytes these have. The footer is there."""
    runs = pieces(ranges(connection, file.place, wanted))
    size = file.size or 0
    for first, after in runs:
        if not 0 < first < after <= size:
            raise SnapshotRefused(f"{file.url} says that a column stands at bytes {first:,} to {after:,} of {size:,}")
        file.piece(first, after)
    return sum(after - first for first, after in runs)


def ranges(connection: Connection, place: Path, wanted: Wanted) -> list[tuple[int, int]]:
    """Return first byte and the one after the last of each chunk that is wanted."""
    rows = connect.rows(connection, _CHUNKS.format(place=connect.places(place)))
    return [(first, first + length) for path, first, length in rows if wanted(path)]


def pieces(chunks: Iterable[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Return chunks with those that touch put together, in the order of the file."""
    joined: list[tuple[int, int]] = []
    for first, after in sorted(chunks):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(after, joined[-1][1]))
        else:
            joined.append((first, after))
    return joined
