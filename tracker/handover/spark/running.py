"""Run one statement on a session: its time limit, and the error message if Spark fails."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tracker.errors import QueryRefused, TooMuch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_AGAIN_SECONDS = 0.5
_MOST = 400  # characters of Spark's message
_WHERE = re.compile(r"[;(]? ?\bline (\d+),? pos(?:ition)? (\d+)\b\)?")
# parts of a message that help no reader: the SQLSTATE, and advice to change a setting that every copy needs
_IDLE = re.compile(r"\s*SQLSTATE: \w+|\s*If necessary set \S+ to \S+ to bypass this error\.")


@contextmanager
def refused(then: str) -> Iterator[None]:
    """Turn an error of Spark into a QueryRefused with one line that ends in the next step, `then`."""
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException
    from sqlglot.errors import SqlglotError

    try:
        yield
    except (Py4JNetworkError, ConnectionError) as error:
        raise QueryRefused(
            "Spark's Java has ended while it ran this, as it does where memory is short; narrow the question, or let "
            "a cluster answer by --master"
        ) from error
    except (PySparkException, Py4JError, SqlglotError) as error:
        raise QueryRefused(f"Spark does not run this: {said(error)}; {then}") from error


@contextmanager
def within(spark: SparkSession, seconds: float | None) -> Iterator[None]:
    """Cancel the statement of this thread after some seconds and raise TooMuch; None: no limit.

    It cancels jobs, one after another, until the statement has ended. Planning before the first job is not cancelled.
    """
    from py4j.protocol import Py4JError

    if seconds is None:
        yield
        return
    context = spark.sparkContext
    tag, ended, is_over = f"tracker-{uuid.uuid4().hex}", threading.Event(), False

    def watch() -> None:
        nonlocal is_over
        wait = seconds
        while not ended.wait(wait):
            is_over, wait = True, _AGAIN_SECONDS
            with suppress(Py4JError, ConnectionError):  # the session has ended
                context.cancelJobsWithTag(tag)

    watcher = threading.Thread(target=watch, name="tracker-spark-time", daemon=True)
    context.addJobTag(tag)
    watcher.start()
    try:
        yield
    except Exception as error:
        if is_over:
            raise TooMuch(f"stopped after {seconds:g} seconds; narrow the question, or raise the time limit") from error
        raise
    finally:
        ended.set()
        watcher.join()
        with suppress(Py4JError, ConnectionError):
            context.removeJobTag(tag)


def said(error: Exception) -> str:
    """Return Spark's own message for an error in one line, with the position, without Java's stack trace.

    Errors wrap each other: the innermost with an error class of Spark counts, else the innermost of all.
    """
    told = [str(error), *_causes(getattr(error, "java_exception", None) or getattr(error, "_origin", None))]
    named = [text for text in told if text.lstrip().startswith("[")]
    whole = (named or told)[-1].strip()
    line = _WHERE.sub("", _IDLE.sub("", whole.splitlines()[0])).strip(" ;.")
    line = line if len(line) <= _MOST else line[:_MOST].rsplit(" ", 1)[0] + " ..."
    where = _WHERE.search(whole)
    return f"{line} (line {where[1]}, position {where[2]})" if where else line


def _causes(throwable: Any) -> Iterator[str]:
    """Yield the message of a Java exception and of each of its causes, the innermost last."""
    while throwable is not None:
        kind, message = throwable.getClass().getSimpleName(), throwable.getMessage()
        yield message if message and message.lstrip().startswith("[") else f"{kind}: {message or 'without a word'}"
        throwable = throwable.getCause()
