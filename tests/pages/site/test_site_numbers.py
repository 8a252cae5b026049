"""Every number of every page is in the answer of the command that the page names, and is written as it is."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import tracker
from tests.pages.site.reading import Number, Page
from tracker import charts
from tracker.api.copy import Copy
from tracker.cli import cli
from tracker.pages.commands import command
from tracker.pages.drawing import NothingToDraw, Studio

UNITS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


class Asked:
    """Answers of commands, each asked once; SELECTs of many pages are put to the copy without a process each."""

    def __init__(self, folder: Path, copy: Copy) -> None:
        self.folder, self.copy = folder, copy
        self.known: dict[str, dict[str, Any]] = {}

    def __call__(self, line: str) -> dict[str, Any]:
        if line not in self.known:
            _, name, *rest = shlex.split(line)
            if name == "sql":
                self.known[line] = {"rows": self.copy.published.table(rest[0], {}).dicts()}
            else:
                self.known[line] = self.ask(name, *rest)
        return self.known[line]

    def ask(self, *words: str) -> dict[str, Any]:
        """Run a command as it is typed."""
        done = CliRunner().invoke(cli, [*words, "--json", "--data-dir", str(self.folder)])
        assert done.exit_code == 0, f"{words}: {done.output} {done.exception}"
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module")
def copy(demo_folder: Path) -> Iterator[Copy]:
    with tracker.open(demo_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def asked(demo_folder: Path, copy: Copy) -> Asked:
    return Asked(demo_folder, copy)


def value_of(number: Number, answer: dict[str, Any]) -> list[float]:
    """Return what an answer says where a number says it is from."""
    if number.column == "rows" and not number.row:
        return [len(answer["rows"])]
    if not number.row:
        return [answer["coverage"][number.column]]
    rows = [answer["rows"][int(at)] for at in number.row.split("-")]
    values = [row[name] for row in rows for name in number.column.split(",")]
    return [values[0] - values[1]] if "-" in number.row else values


def is_written_as(text: str, value: float) -> bool:
    """Say whether a text is a value, rounded as far as it is written."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "").removeprefix("<")
    found = re.fullmatch(r"[+±]?(-?\d+(?:\.(\d+))?)([KMBT%]?)", plain)
    if not found:
        return False
    unit = UNITS.get(found[3], 0.01 if found[3] == "%" else 1.0)
    step = unit * 10.0 ** -len(found[2] or "")
    return abs(float(found[1]) * unit - value) <= step * (1.0 if text.startswith("<") else 0.5) + 1e-9


def wrong(page: Page, asked: Asked) -> Iterator[str]:
    for number in page.numbers:
        line = page.commands[number.command - 1]
        values = value_of(number, asked(line))
        shown = [float(each) for each in number.value.split()]
        points = 100 if "-" in number.row else 1
        texts = number.text.replace("%", "").split("–") if "," in number.column else [number.text]
        written = [f"{each}%" for each in texts] if "," in number.column else texts
        right = [is_written_as(text, points * value) for text, value in zip(written, values, strict=False)]
        if values != pytest.approx(shown, rel=1e-12) or not all(right):
            yield f"{page.path}: {number} is not {values} of {line}"


def test_every_number_is_in_the_answer_of_its_command(pages: dict[str, Page], asked: Asked) -> None:
    counted = sum(len(page.numbers) for page in pages.values())
    found = [each for page in pages.values() for each in wrong(page, asked)]
    assert counted > 3_000 and found == []


def test_a_wrong_number_would_be_found(pages: dict[str, Page], asked: Asked) -> None:
    page = pages["index.html"]
    number = page.numbers[0]
    before = (number.text, number.value)
    number.text = "99"
    assert len(list(wrong(page, asked))) == 1
    number.text, number.value = before[0], "99"
    assert len(list(wrong(page, asked))) == 1
    number.text, number.value = before


def test_selects_say_the_same_as_commands(pages: dict[str, Page], asked: Asked) -> None:
    lines = sorted({line for page in pages.values() for line in page.commands if line.startswith("tracker sql")})
    for line in lines[:: max(1, len(lines) // 3)]:
        assert asked.ask(*shlex.split(line)[1:])["rows"] == json.loads(json.dumps(asked(line)["rows"], default=str))


@pytest.fixture(scope="module")
def studio(copy: Copy) -> Studio:
    """What draws all charts: a question that several of them ask is asked once, as on a site."""
    return Studio(copy.published, copy.definition("default"))


@pytest.mark.parametrize("name", charts.names())
def test_commands_of_charts_give_their_rows(name: str, studio: Studio, asked: Asked) -> None:
    try:
        drawing = studio.draw(charts.find(name))
    except NothingToDraw:
        pytest.skip("nothing to draw")
    for answer in drawing.asked.values():
        found = asked(command(answer))
        if answer.measure == "claims":  # drawn a row a point
            points = {(row["id"], point["ours"]) for row in found["rows"] for point in row["points"]}
            assert {(row["id"], row["ours"]) for row in answer.table.dicts()} <= points
        else:
            assert found["rows"] == answer.as_json().get("rows", answer.plain_rows)
