"""One session of Spark for all tests of this folder, with settings for small data, and the planted copy on it.

It ends with the last of them: its Java would hold a gigabyte while others run.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.handover.spark import needed
from tracker import store
from tracker.handover import spark as on_spark

_HERE = Path(__file__).parent
_held: dict[str, Any] = {}
_door = ExitStack()


@pytest.fixture(scope="module")
def spark() -> Any:
    """A session of Spark on this machine."""
    needed.everything()
    if "spark" not in _held:
        _held["spark"] = _door.enter_context(on_spark.session("local[2]", needed.SMALL))
    return _held["spark"]


@pytest.fixture(scope="session")
def published() -> Iterator[store.Published]:
    with planted.published() as handle:
        yield handle


@pytest.fixture(scope="module")
def mounted(spark: Any, published: store.Published) -> on_spark.Mounted:
    """The planted copy on the session."""
    if "mounted" not in _held:
        _held["mounted"] = _door.enter_context(on_spark.mount(spark, published, is_held=True))
    made: on_spark.Mounted = _held["mounted"]
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None]:
    """End the session after the last test of this folder."""
    try:
        return (yield)
    finally:
        if nextitem is None or _HERE not in nextitem.path.parents:
            _held.clear()
            _door.close()
