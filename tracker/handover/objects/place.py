"""One prefix of an S3-compatible store: its objects by key, read, put, put where nothing stands, and deleted.

Where it is and by whose right follow from the usual variables of the environment (AWS_ENDPOINT_URL, AWS_REGION,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...), never from flags.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker import files
from tracker.errors import Busy, SettingsError, SourceError, needs, redact, remember

SCHEME = "s3://"
_URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# any of these says by whose right; without one the client would ask the network of a cloud for it, for minutes
_RIGHTS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SKIP_SIGNATURE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_WAITS = (0.1, 0.3, 1.0, 3.0)  # seconds before a put that met another one is tried again
_ELSE = "AWS_ENDPOINT_URL, then run it again"
_RETRIES: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
PROBE = f"{files.EXPORTS}/probe-"


@dataclass(frozen=True)
class Object:
    """What a store says of an object."""

    key: str
    size: int
    modified: datetime


class Place:
    """A prefix of a bucket. Keys are relative to it. Raises SourceError where the store does not answer as it must."""

    def __init__(self, url: str) -> None:
        match = _URL.fullmatch(url)
        if match is None:
            raise SettingsError(f"{url!r} names no place in an object store; write s3://BUCKET/PREFIX")
        self.url = url.rstrip("/")
        self._obstore, self._store = _opened(self.url)

    def objects(self) -> dict[str, Object]:
        """Return every object, by key."""
        with self._told("cannot list"):
            found = [each for some in self._obstore.list(self._store) for each in some]
        return {each["path"]: Object(each["path"], each["size"], each["last_modified"]) for each in found}

    def get(self, key: str) -> bytes | None:
        """Return an object; None where there is none."""
        with self._told(f"cannot read {key} in"):
            try:
                return bytes(self._obstore.get(self._store, key).bytes())
            except FileNotFoundError:
                return None

    def put(self, key: str, content: bytes | Path) -> None:
        """Put an object, over one that stands there."""
        with self._told(f"cannot put {key} into"):
            self._obstore.put(self._store, key, content)

    def put_new(self, key: str, content: bytes) -> bytes:
        """Put an object where none stands; return what stands there then: this, or what another put there before.

        A store that says of two puts at once that they met (409) is asked again.
        """
        for wait in (*_WAITS, None):
            with self._told(f"cannot put {key} into"):
                try:
                    self._obstore.put(self._store, key, content, mode="create", use_multipart=False)
                    return content
                except Exception as error:
                    if not (
                        isinstance(error, self._obstore.exceptions.AlreadyExistsError) or _has_status(error, "409")
                    ):
                        raise
            there = self.get(key)
            if there is not None:
                return there
            if wait is not None:
                time.sleep(wait)
        raise Busy(f"{self.url} says again and again that another one puts {key}; run it again")

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects."""
        if keys:
            with self._told("cannot delete objects of"):
                self._obstore.delete(self._store, list(keys))

    def require_put_if_absent(self) -> None:
        """Raise SettingsError where the store lets a second put replace a first that must not be lost."""
        key = PROBE + uuid.uuid4().hex
        try:
            self.put_new(key, b"first")
            if self.put_new(key, b"second") != b"first" or self.get(key) != b"first":
                raise SettingsError(
                    f"{self.url} overwrites what must not be overwritten: it ignores If-None-Match, so that of two "
                    "exports one would be lost; use a store that knows conditional puts"
                )
        finally:
            self.delete([key])

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise SourceError(f"{what} {self.url}: {_reason(error)}; check the bucket's name") from None
        except (self._obstore.exceptions.BaseError, OSError, ValueError) as error:
            denied = self._obstore.exceptions.PermissionDeniedError, self._obstore.exceptions.UnauthenticatedError
            is_denied = isinstance(error, denied) or _has_status(error, "40[13]")  # a list says it in its text alone
            check = "AWS_ACCESS_KEY_ID, its secret, and what it may do" if is_denied else _ELSE
            raise SourceError(f"{what} {self.url}: {_reason(error)}; check {check}") from None


def _opened(url: str) -> tuple[Any, Any]:
    """Return the package and its store. Raises TrackerError where it is not installed, SettingsError without rights."""
    with needs("object-store", "obstore"):
        import obstore
        from obstore.store import S3Store
    if not any(os.environ.get(name) for name in _RIGHTS):
        raise SettingsError(f"by whose right is {url} to be asked? set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    for name in _SECRETS:
        if os.environ.get(name):
            remember(os.environ[name])
    options: Any = {"allow_http": endpoint().startswith("http://")}
    try:
        return obstore, S3Store.from_url(url, client_options=options, retry_config=_RETRIES)
    except (obstore.exceptions.BaseError, ValueError) as error:
        raise SettingsError(f"{url} cannot be opened: {_reason(error)}; check the AWS_ variables") from None


def endpoint() -> str:
    """Return where the store is, as the environment says; empty for a cloud's own."""
    names = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    return next((found for name in names if (found := os.environ.get(name))), "")


def _has_status(error: Exception, status: str) -> bool:
    return bool(re.search(rf"status code: {status}\b", str(error)))


def _reason(error: Exception) -> str:
    """Return what went wrong in one line, without what is secret: the store's own words where it has some."""
    text = str(error).partition("\n\nDebug source")[0]
    code, said = re.search(r"<Code>(.*?)</Code>", text), re.search(r"<Message>(.*?)</Message>", text)
    if code:
        text = f"{code[1]}: {said[1] if said else ''}".strip(" :.")
    return redact(" ".join(text.split())[:300].rstrip(" .;"))
