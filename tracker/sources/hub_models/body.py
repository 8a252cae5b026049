"""Is this body a page of the list? Decompressed within bounds, and looked at where broken bodies differ.

A page is not parsed here (that is done in bulk, later): it is checked to be whole, because a broken
one must be asked for again now. What passes here and is broken inside is caught by the parse.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass

from tracker.errors import redact
from tracker.landing.parse import records, values
from tracker.sources.hub_models.request import Answer
from tracker.sources.outward.encoding import BrokenBody
from tracker.sources.outward.encoding import decompress as within

MAX_BODY_BYTES = 256 * 2**20  # a real page has 0.8 MB; more than this is a bomb
SNIPPET_CHARACTERS = 200
READ_BYTES = 10_000  # for such a snippet: what is secret in it is hidden before it is cut
_SAYS_PRIVATE = re.compile(rb'"private"\s*:\s*"?true')
_SAYS_SO = re.compile(_SAYS_PRIVATE.pattern.decode())  # of one item


class RateLimitBody(BrokenBody):
    """A rate limit that came as a 200 with an error object (seen in the wild, once)."""


@dataclass(frozen=True)
class Page:
    """A whole page: `content` is what is put on the disk, always gzip.

    `private` are the records that were left out: with a token the Hub lists what the token may see. Of these
    `private_ids` has the Hub's own ids, which name nothing: a folder may hold one from when it was public.
    """

    content: bytes
    body_bytes: int
    records: int  # counted by a key that every record has; an estimate
    private: int = 0
    private_ids: tuple[str, ...] = ()


def read_page(answer: Answer) -> Page:
    """Check the body of a 200 and return it as it will be landed. Raises BrokenBody."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    body = decompress(answer.wire, encoding)
    _check_list(body)
    public, private = _public(body)
    # compressed as it came; only a plain body is compressed by us
    as_it_came = encoding == "gzip" and not private
    content = answer.wire if as_it_came else gzip.compress(public, 4, mtime=0)
    return Page(content, len(public), public.count(b'"createdAt":'), len(private), tuple(filter(None, private)))


def _public(body: bytes) -> tuple[bytes, list[str]]:
    """Return a page without its private repositories, and the ids of these; nearly always it is as it came."""
    if not _SAYS_PRIVATE.search(body):
        return body, []
    try:
        items = records.split(body.decode("utf-8", "surrogateescape"))
    except records.NotAList:
        raise BrokenBody("JSON that is not one whole list, with private repositories in it") from None
    found = [(item, _private_id(item)) for item in items]
    public = [item for item, private in found if private is None]
    ids = [private for _, private in found if private is not None]
    return f"[{','.join(public)}]".encode("utf-8", "surrogateescape"), ids


def _private_id(item: str) -> str | None:
    """Return the hub_id of an item that is private, '' where it has none; None where it is not private.

    One that is no JSON is private where its own text says so, else it is left for quarantine.
    """
    if not _SAYS_SO.search(item):
        return None
    try:
        record = json.loads(item)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(record, dict) or record.get("private") not in (True, "true"):
        return None
    return values.plain_hub_id(record) or ""


def decompress(wire: bytes, encoding: str) -> bytes:
    """Return the decoded body. Raises BrokenBody for what is damaged, cut short or far too large."""
    return within(wire, encoding, MAX_BODY_BYTES)


def _check_list(body: bytes) -> None:
    stripped = body.strip()
    if not stripped:
        raise BrokenBody("an empty body")
    if stripped.startswith(b"{"):
        _check_object(stripped)
    if not stripped.startswith(b"["):
        raise BrokenBody(f"not JSON but {snippet(stripped)!r}")
    if not stripped.endswith(b"]") or _ends_inside_a_record(stripped):
        raise BrokenBody(f"JSON that is cut short after {len(body):,} bytes")


def _check_object(body: bytes) -> None:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, RecursionError):
        raise BrokenBody(f"an object instead of a list: {snippet(body)!r}") from None
    if "rate limit" in str(error).lower():
        raise RateLimitBody(f"a 200 that says {snippet(str(error).encode())!r}")
    raise BrokenBody(f"a 200 that carries an error: {snippet(str(error).encode())!r}")


def _ends_inside_a_record(body: bytes) -> bool:
    """Return whether a list ends where only a list inside a record does.

    A body that was cut right after `"models":[{...}]` ends in `]` as well. What stands from the last
    `[` on is then a whole list; in a whole page something is left over, the ends of its record.
    """
    at = max(body.rfind(b"[{"), body.rfind(b'["'))
    if at <= 0:
        return False
    try:
        json.loads(body[at:])
    except (ValueError, RecursionError):
        return False
    return True


def snippet(body: bytes) -> str:
    """Return the beginning of a body for a message, without tokens."""
    return redact(body[:READ_BYTES].decode("utf-8", "replace"))[:SNIPPET_CHARACTERS]
