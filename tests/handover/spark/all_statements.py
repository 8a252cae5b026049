"""Every statement that the tests know, on duckdb and on Spark: `python -m tests.handover.spark.all_statements MASTER`.

Each that differs, or that Spark does not run, is printed as a line of JSON; the last line counts. How far it is stands
on stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress

from tests import planted
from tests.answers.conftest import REGISTRY
from tests.answers.needed import ASKED, needed
from tests.answers.test_portable import Heard, asked, shares
from tests.handover.spark.both import differing
from tests.handover.spark.needed import SMALL
from tests.handover.spark.test_asked_of_spark import REFUSED
from tracker import answers, store
from tracker.errors import TrackerError
from tracker.handover.spark import mount, session
from tracker.registry import definitions
from tracker.registry.definitions import Definition
from tracker.sql.portable import NEAR


class Rendered(Heard):
    """The planted copy, which notes what it is asked with the values that are bound."""

    def query(self, sql, parameters=None, **more):
        return self._noted("query", sql, parameters, more)

    def table(self, sql, parameters=None, **more):
        return self._noted("table", sql, parameters, more)

    def _noted(self, how, sql, parameters, more):
        if NEAR not in sql:
            self.statements[self.render(sql, parameters)] = None
        return getattr(self._published, how)(sql, parameters, **more)


def definition(name: str = "default") -> Definition:
    return definitions.find(definitions.load(REGISTRY), name)


def statements(published: store.Published) -> list[str]:
    """Return every statement, with its values written out."""
    heard = Rendered(published)
    for ask in asked(heard, definition):
        with suppress(TrackerError):
            ask()
    for name in set(ASKED) - REFUSED:
        answers.measure(heard, name, needed(name))  # type: ignore[arg-type]
    texts = [published.render(sql, values) for sql, values in shares(definition)]
    catalog = published.catalog()  # what Spark lacks is of lineage, which stays with our engine
    return [text for text in dict.fromkeys([*heard.statements, *texts]) if not catalog.lacking(text)]


def told(master: str) -> Iterator[dict[str, object]]:
    """Yield what differs at a master, then the counts."""
    equal = 0
    with planted.published() as published, session(master, SMALL) as spark:
        texts = statements(published)
        with mount(spark, published, is_held=True) as mounted:
            for place, text in enumerate(texts):
                if place % 100 == 0:
                    print(f"{place} of {len(texts)}", file=sys.stderr, flush=True)
                try:
                    found = differing(published, mounted, text)
                except TrackerError as error:
                    found = [str(error)]
                if found:
                    yield {"sql": text, "differs": str(found[0]), "in": len(found)}
                equal += not found
    yield {"statements": len(texts), "equal": equal}


if __name__ == "__main__":
    for line in told(sys.argv[1]):
        print(json.dumps(line), flush=True)
