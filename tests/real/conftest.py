"""Everything in this folder needs the recorded real data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.recorded import ABSENT, FOLDER


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.real)
            if not FOLDER.is_dir():
                item.add_marker(pytest.mark.skip(reason=ABSENT))
