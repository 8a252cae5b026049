"""duckdb's engine without the package around it, which takes longer to import than most questions to answer.

The package takes everything here from the same place, so that an error is the same class in both.
"""

import os.path

import _duckdb
from _duckdb import (
    DuckDBPyConnection,
    Error,
    FatalException,
    InternalException,
    InterruptException,
    IOException,
    OutOfMemoryException,
    PermissionException,
    connect,
)

HOME = os.path.dirname(os.path.realpath(_duckdb.__file__))  # noqa: PTH120  where it is; pathlib is not needed here

__all__ = [
    "HOME",
    "DuckDBPyConnection",
    "Error",
    "FatalException",
    "IOException",
    "InternalException",
    "InterruptException",
    "OutOfMemoryException",
    "PermissionException",
    "connect",
]
