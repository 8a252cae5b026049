"""duckdb's engine without the package around it, which takes longer to import than most questions to answer.

The package takes everything here from the same place, so that an error is the same class in both.
"""

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

__all__ = [
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
