"""Content encodings: undone strictly and within bounds. What is damaged, cut short or far too large is no body."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE_BYTES = 16 * 2**10  # of what is compressed
GZIP = 16 + zlib.MAX_WBITS


class BrokenBody(Exception):
    """A body that is not whole; worth another try."""


def decompress(wire: bytes, encoding: str, most: int) -> bytes:
    """Return the decoded body, of at most so many bytes. Raises BrokenBody."""
    encoding = encoding.strip().lower()
    if encoding in ("identity", ""):
        return wire
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise BrokenBody(f"unknown content encoding {encoding[:40]!r}")
    decoder = zlib.decompressobj(zlib.MAX_WBITS if encoding == "deflate" else GZIP)
    try:
        body = b"".join(_pieces(decoder, wire, most))
    except zlib.error as error:
        raise BrokenBody(f"broken {encoding}: {error}") from error
    if not decoder.eof or decoder.unused_data:
        raise BrokenBody(f"the {encoding} stream is cut short or goes on after its end")
    return body


def _pieces(decoder: zlib._Decompress, wire: bytes, most: int) -> Iterator[bytes]:
    """Yield the decoded body in pieces; all at once takes twice as long, for zlib's buffer has to grow."""
    left = most
    for start in range(0, len(wire), PIECE_BYTES):
        yield (piece := decoder.decompress(wire[start : start + PIECE_BYTES], left + 1))
        left -= len(piece)
        if left < 0:
            raise BrokenBody(f"a body of more than {most:,} bytes")
