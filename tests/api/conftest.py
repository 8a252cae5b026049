"""The planted copy, open as a user of the library opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import tracker
from tests import planted


@pytest.fixture(scope="package")
def copy() -> Iterator[tracker.Copy]:
    with tracker.open(planted.folder()) as opened:
        yield opened
