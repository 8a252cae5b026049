"""Pages as a program reads them: links, ids, scripts, and the numbers with what they say of themselves."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {"meta", "link", "br", "img", "input", "source", "hr"}


@dataclass
class Number:
    """A number of a page: the command it is from, row, column, its value, and how it is written."""

    command: int
    row: str
    column: str
    value: str
    text: str = ""


@dataclass
class Page(HTMLParser):
    """One page."""

    path: str
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)  # JSON-LD
    words: str = ""
    open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.tags.append(tag)
        self.links += [given[name] for name in ("href", "src", "action", "data-names", "data-root") if name in given]
        self.ids += [given["id"]] if "id" in given else []
        if "data-c" in given:
            value = given.get("value", given.get("data-range", ""))
            self.numbers.append(Number(int(given["data-c"]), given["data-r"], given["data-k"], value))
        if tag == "script" and given.get("type") == "application/ld+json":
            self.data.append("")
        if tag == "li" and given.get("id", "").removeprefix("c").isdigit():
            self.commands.append("")
        if tag not in VOID:
            self.open.append((tag, given.get("id", "")))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass  # shapes of charts

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        inside = [tag for tag, _ in self.open]
        if "script" in inside:
            if self.data and inside[-1] == "script":
                self.data[-1] += text
            return
        if "style" in inside:
            return
        self.words += text
        if self.numbers and inside[-1] in ("data", "span") and not self.numbers[-1].text:
            self.numbers[-1].text = text
        if any(tag == "li" and name.startswith("c") for tag, name in self.open) and inside[-1] == "code":
            self.commands[-1] += text

    def targets(self) -> list[tuple[str, str]]:
        """Return the path and the anchor of each link that stays in the site."""
        found = []
        for link in self.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(parts.path)))
            found.append((path if parts.path else self.path, parts.fragment))
        return found


def read(root: Path) -> dict[str, Page]:
    """Return every page below a folder."""
    found = {}
    for path in sorted(root.rglob("*.html")):
        page = Page(path.relative_to(root).as_posix())
        page.feed(path.read_text(encoding="utf-8"))
        found[page.path] = page
    assert found
    return found
