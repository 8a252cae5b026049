"""The lean process: open what it is told to, run one statement of a stranger, write what it gives into a pipe.

    stdin    8 bytes of length, then a pickled question; it stays open as long as the asker lives
    stdout   the rows, plain (`plain`) or as an Arrow stream
    stderr   a line when the copy is open; a line {"kind": ..., "text": ...} where there is an error

The answer is never a pickle: whoever took this process over could run code in the one that asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import struct
import sys
from typing import Any

from tracker.sql.foreign import bounds

READY = b"ready\n"
MOST_TOLD = 10_000  # letters of an error, which a statement can make as long as it likes


def main() -> None:
    """Answer one question."""
    rows, told = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)  # duckdb can be made to print
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    bounds.end_with(int(sys.argv[1]))
    try:
        question = _question()
        bounds.end_at_the_end_of(0)
        _answer(question, rows, told)
    except Exception as error:  # noqa: BLE001  whatever it is, it is told
        line = json.dumps({"kind": type(error).__name__, "text": str(error)[:MOST_TOLD]})
        os.write(told, line.encode() + b"\n")
    os._exit(0)  # what duckdb would still tidy up may take long


def _question() -> dict[str, Any]:
    (size,) = struct.unpack("<Q", _read(8))
    question: dict[str, Any] = pickle.loads(_read(size))
    return question


def _read(size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        more = os.read(0, min(size - len(data), 1 << 20))
        if not more:
            os._exit(1)
        data += more
    return bytes(data)


def _answer(question: dict[str, Any], rows: int, told: int) -> None:
    # nothing can be imported behind the fence
    from tracker.sql import engine
    from tracker.sql.foreign import fence, judge, plain

    if not question.get("plain"):
        import duckdb  # noqa: F401  the engine alone knows no relations, which give the Arrow stream

        from tracker.sql.foreign import stream
        from tracker.sql.leaving import leaving

    bounds.bind(question["cpu_seconds"])
    connection = _alone(engine)
    fence.fence(question["readable"])  # holds threads that begin behind it
    _let_read(engine, connection)
    for statement in question["opening"]:
        connection.execute(statement)
    os.write(told, READY)
    sql, given = question["sql"], question["parameters"]
    judge.judge(connection, sql)
    judge.look_into(connection, sql, question["withheld"], is_laid=question["is_laid"])
    chosen = judge.used(sql, given)
    if question.get("plain"):
        plain.write(connection, sql, chosen, rows)
        return
    relation = connection.sql(sql, params=chosen) if chosen else connection.sql(sql)
    stream.write(leaving(relation), rows)


def _alone(engine: Any) -> Any:
    """Return a new instance that has started no thread yet; the statements that open the copy say how many it gets."""
    alone = {"threads": 1, "async_threads": 0}
    try:
        return engine.connect(":memory:", config=alone)
    except engine.Error:  # before 2.0 it knows no such threads
        return engine.connect(":memory:", config={"threads": 1})


def _let_read(engine: Any, connection: Any) -> None:
    """Give it a thread to read files with: the only other one may wait for what it reads forever (duckdb 2.0.1)."""
    with contextlib.suppress(engine.Error):
        connection.execute("set async_threads = 1")


if __name__ == "__main__":
    main()
