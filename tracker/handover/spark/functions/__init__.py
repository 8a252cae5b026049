"""The functions of a copy as SQL functions of Spark, one file each: the same names, parameters, columns and rows.

They are written by hand: in Spark a parameter cannot be seen inside a scalar or EXISTS subquery of a function, so that
what our own text compares with a subquery is joined here.
"""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def register(spark: SparkSession) -> list[str]:
    """Register the functions on a session, over the views that a copy has there; return their names."""
    texts = statements()
    for statement in texts.values():
        spark.sql(statement)
    return list(texts)


def statements() -> dict[str, str]:
    """Return the statement of each function by its name, after those of the functions that it calls."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.sql"))}
    calls = {name: {other for other in texts if other != name and _calls(text, other)} for name, text in texts.items()}
    return {name: texts[name] for name in TopologicalSorter(calls).static_order()}


def _calls(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\(", text) is not None
