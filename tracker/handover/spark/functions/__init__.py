"""The functions of a copy as SQL functions of Spark, one file each: the same names, parameters, columns and rows.

A file says what Spark wants to know of parameters and columns, `{own}` in it is the copy's own text, translated. Others
are written by hand: in Spark a parameter cannot be seen inside a scalar, IN or EXISTS subquery of a function, so that
what our own text compares with a subquery is joined here.
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
    """Register the functions on a session, over the views that a copy has there; return their names."""
    texts = statements()
    for statement in texts.values():
        spark.sql(statement)
    return list(texts)


def names() -> set[str]:
    """Return the names of the functions."""
    return {path.stem for path in Path(__file__).parent.glob("*.sql")}


def statements() -> dict[str, str]:
    """Return the statement of each function by its name, after those of the functions that it calls."""
    texts = {name: _filled(name) for name in sorted(names())}
    calls = {name: {other for other in texts if other != name and _calls(text, other)} for name, text in texts.items()}
    return {name: texts[name] for name in TopologicalSorter(calls).static_order()}


def _filled(name: str) -> str:
    text = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
    return text.replace("{own}", _own(name)) if "{own}" in text else text


def _own(name: str) -> str:
    """Return what a function of the copy stands for, in Spark's words."""
    from tracker.handover.spark import dialect

    head, _, body = catalog.statement(name).partition("\n")
    if " as table" in head:
        return dialect.written(dialect.parsed(body), _no_columns)
    return dialect.written(dialect.parsed(f"select {body}"), _no_columns).removeprefix("SELECT ")


def _no_columns(sql: str) -> Mapping[str, str]:
    raise NotImplementedError(f"the columns of {sql} are not known here; write its union by place")


def _calls(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\(", text) is not None
