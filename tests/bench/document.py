"""Write the figures of a results file into the documents that show them, so that none is copied by hand.

    python -m tests.bench.document [bench-results.json]

A table stands between `<!-- figures: PART -->` and `<!-- end -->`. Parts that the file does not have, or has
at another size than the full one, stay as they are.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from tests.bench.figure import HEADINGS, Figure, cells

DOCUMENTS = [Path(__file__).parents[2] / "docs" / name for name in ("performance.md", "scale.md")]
PLACE = re.compile(r"(<!-- figures: (?P<part>\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main(results: Path) -> None:
    """Replace the tables of all parts that the results have."""
    parts = json.loads(results.read_text(encoding="utf-8"))

    def replaced(match: re.Match[str]) -> str:
        found = parts.get(match["part"])
        return match[1] + section(found) + match[3] if found and found["scale"] == 1 else match[0]

    for document in DOCUMENTS:
        document.write_text(PLACE.sub(replaced, document.read_text(encoding="utf-8")), encoding="utf-8")


def section(found: dict[str, Any]) -> str:
    """Return when a part was measured, how busy the machine was, and the table of its figures."""
    machine = found["machine"]
    taken = f"Taken on {machine['date'][:10]} at {machine['date'][11:16]} UTC, load {machine['load'][0]:g} before"
    names = [each.name for each in fields(Figure)]
    figures = [Figure(**{name: each[name] for name in names}) for each in found["figures"]]
    lines = [
        f"{taken} and {machine['load_after'][0]:g} after, in {found['seconds'] / 60:.1f} minutes.",
        "",
        _line(HEADINGS),
        "|---|---:|---:|---|---:|---|",
        *(_line(cells(figure)) for figure in figures),
    ]
    return "\n".join(lines) + "\n"


def _line(words: tuple[str, ...]) -> str:
    return "| " + " | ".join(f"**{word.lower()}**" if word == "MISSED" else word for word in words) + " |"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("bench-results.json"))
