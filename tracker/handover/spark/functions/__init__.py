"""The functions of a copy as SQL functions of Spark, one file each: the same names, parameters, columns and rows.

A file declares the parameters and columns for Spark; `{own}` in it stands for the copy's own SQL, translated. Files
without it are written by hand: in Spark a scalar, IN or EXISTS subquery of a function cannot see its parameters, so
these use a join where our own SQL compares with a subquery.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.store.elsewhere import catalog

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def register(spark: SparkSession) -> list[str]:
    """Register the functions on a session that has the copy's views; return their names."""
    texts = statements()
    for statement in texts.values():
        spark.sql(statement)
    return list(texts)


def names() -> set[str]:
    """Return the names of the functions."""
    return {path.stem for path in Path(__file__).parent.glob("*.sql")}


def statements() -> dict[str, str]:
    """Return the statement of each function by name; a function comes after those that it calls."""
    texts = {name: _filled(name) for name in sorted(names())}
    calls = {name: {other for other in texts if other != name and _calls(text, other)} for name, text in texts.items()}
    return {name: texts[name] for name in TopologicalSorter(calls).static_order()}


def _filled(name: str) -> str:
    text = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
    return text.replace("{own}", _own(name)) if "{own}" in text else text


def _own(name: str) -> str:
    """Return the body of a function of the copy, translated to Spark's SQL."""
    from tracker.handover.spark import dialect

    head, _, body = catalog.statement(name).partition("\n")
    if " as table" in head:
        return dialect.written(dialect.parsed(body), _no_columns)
    return dialect.written(dialect.parsed(f"select {body}"), _no_columns).removeprefix("SELECT ")


def _no_columns(sql: str) -> Mapping[str, str]:
    raise NotImplementedError(f"the columns of {sql} are not known here; write its union by place")


def _calls(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\(", text) is not None
