"""The planted copy, for all tests of claims."""

from __future__ import annotations

import pytest

from tests import planted
from tests.claims.ledger import ALL, CLAIMS, DEFINITIONS
from tracker import claims


@pytest.fixture(scope="session")
def published():
    with planted.published() as handle:
        yield handle


@pytest.fixture(scope="session")
def ledger(published):
    """The whole ledger, judged."""
    return claims.evaluate(published, CLAIMS, DEFINITIONS, **ALL)
