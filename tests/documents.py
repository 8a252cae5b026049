"""All that the documents take from the code, written anew by one command (`make docs`) and compared by the tests.

    <!-- example -->       before a console block: its one `$ tracker ...` command, and what that prints on the demo;
                           before a pycon block: a session of Python, and what it prints beside ./data/demo
    <!-- made: NAME -->    up to `<!-- end -->`: what MAKERS[NAME] returns
    <!-- figures: PART --> up to `<!-- end -->`: the tables of bench-results.json, where that part was measured

Documents are README.md, CONTRIBUTING.md and docs/*.md; pictures of the demo's charts are in docs/images.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests import manual, reference, rooms
from tests.bench import document
from tests.command_line import environment
from tests.real import findings
from tests.sources import fault_cases
from tracker.demo.faults.spec import help_text

ROOT = Path(__file__).parent.parent
EXAMPLE = re.compile(r"(<!-- example -->\n```console\n\$ )([^\n]+)\n(.*?)(```)", re.DOTALL)
SESSION = re.compile(r"(<!-- example -->\n```pycon\n)(.*?)(```)", re.DOTALL)
MADE = re.compile(r"(<!-- made: (?P<name>[^\n]+) -->\n).*?(<!-- end -->)", re.DOTALL)
WIDTH = "118"
PROMPT = """
import doctest, sys
names = {}
for each in doctest.DocTestParser().get_examples(sys.stdin.read()):
    print(">>>", each.source.rstrip().replace("\\n", "\\n... "))
    exec(compile(each.source, "<example>", "single"), names)
"""

MAKERS: Mapping[str, Callable[[], str]] = {
    **reference.MAKERS,
    **manual.MAKERS,
    "rooms": rooms.table,
    "imports": rooms.layers,
    "faults": fault_cases.table,
    "fault modes": lambda: f"```text\n{help_text().strip()}\n```\n",
}


@dataclass(frozen=True)
class Example:
    """A command and the output that a document shows for it."""

    document: str
    command: str
    output: str


def documents() -> list[Path]:
    """Return every document, in order of its name."""
    return [ROOT / "CONTRIBUTING.md", ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]


def examples() -> list[Example]:
    """Return the examples of all documents in their order."""
    return [
        Example(path.name, command, output)
        for path in documents()
        for _, command, output, _ in EXAMPLE.findall(path.read_text(encoding="utf-8"))
    ]


def sessions() -> list[tuple[str, str]]:
    """Return document and text of every session of Python."""
    found = ((path.name, SESSION.findall(path.read_text(encoding="utf-8"))) for path in documents())
    return [(document, text) for document, blocks in found for _, text, _ in blocks]


def places() -> Iterator[tuple[str, str, str]]:
    """Yield document, name and text of every place that is made from the code."""
    for path in documents():
        for found in MADE.finditer(path.read_text(encoding="utf-8")):
            yield path.name, found["name"], found[0].removeprefix(found[1]).removesuffix(found[3])


def answer(command: str, demo: Path) -> str:
    """Run one example on a demo folder and return what it prints, without blanks at the ends and blank lines."""
    words = shlex.split(command)
    assert words[0] == "tracker", command
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *words[1:]],
        capture_output=True,
        text=True,
        cwd=demo,
        env=environment(TRACKER_DATA_DIR=str(demo), COLUMNS=WIDTH),
    )
    if done.returncode:
        raise AssertionError(f"{command}: exit code {done.returncode}: {done.stderr}")
    return without_blanks(done.stdout)


def session(text: str, demo: Path) -> str:
    """Type what a session of Python types and return it with what is printed now, without blanks as above."""
    environ = environment(COLUMNS=WIDTH)
    command = [sys.executable, "-c", PROMPT]
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=demo.parents[1], env=environ)
    assert done.returncode == 0, done.stderr
    return without_blanks(done.stdout)


def without_blanks(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"


def rewritten(text: str, demo: Path) -> str:
    """Return a document with what the code says now."""
    text = EXAMPLE.sub(lambda found: f"{found[1]}{found[2]}\n{answer(found[2], demo)}{found[4]}", text)
    text = SESSION.sub(lambda found: f"{found[1]}{session(found[2], demo)}{found[3]}", text)
    return MADE.sub(lambda found: f"{found[1]}{MAKERS[found['name']]()}{found[3]}", text)


def main(demo: Path) -> None:
    """Write every document anew, and the pictures of the demo's charts."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        if (new := rewritten(text, demo)) != text:
            path.write_text(new, encoding="utf-8")
            print(path.relative_to(ROOT))
    findings.main()
    if (results := ROOT / "bench-results.json").is_file():
        document.main(results)
    for picture in sorted((ROOT / "docs" / "images").glob("*.png")):
        name, _, theme = picture.stem.partition("-")
        subprocess.run(
            [sys.executable, "-m", "tracker", "chart", name, "--theme", theme or "light", "--output", str(picture)],
            check=True,
            env=environment(TRACKER_DATA_DIR=str(demo)),
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "data" / "demo")
