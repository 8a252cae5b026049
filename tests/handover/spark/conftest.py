"""One session of Spark for all tests of a process, with settings for small data, and the planted copy on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import planted
from tests.handover.spark import needed
from tracker import store
from tracker.handover import spark as on_spark


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session of Spark on this machine."""
    needed.everything()
    from tracker.handover.spark.sessions import SMALL

    with on_spark.session("local[2]", SMALL) as made:
        yield made


@pytest.fixture(scope="session")
def published() -> Iterator[store.Published]:
    with planted.published() as handle:
        yield handle


@pytest.fixture(scope="session")
def mounted(spark: Any, published: store.Published) -> Iterator[on_spark.Mounted]:
    """The planted copy on the session."""
    with on_spark.mount(spark, published, is_held=True) as made:
        yield made
