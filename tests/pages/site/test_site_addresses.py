"""Paths of pages: of whatever names strangers choose, no two the same for any file system or host."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.pages.site.addresses import Addresses, link, slug

HARD = [
    "Zq", "ZQ", "zq", "_zq", "zq_", ".zq", "通义", "文心", "A|B", "R&D #1 {x}", "zq <3B", "index", "INDEX", "con",
    "x\x01y", "nul.txt", "a" * 200, "a" * 201, "..", ".", "-", "constructor", "__proto__", "é", "e\u0301", "C++", "C#",
]  # fmt: skip


def test_hard_names_have_paths_of_their_own() -> None:
    addresses = Addresses.of("families", HARD)
    paths = [addresses.path(name) for name in HARD] + list(addresses.shared)
    assert len({path.lower() for path in paths}) == len(paths) == len(HARD) + len(addresses.shared)
    for path in paths:
        name = path.removeprefix("families/").removesuffix(".html")
        assert name and name[0] not in "_.-" and name.isascii() and name == name.lower() and len(path) < 120
        assert name.partition(".")[0] not in ("index", "con", "nul")


@given(st.sets(st.text(min_size=1, max_size=12), min_size=1, max_size=12))
def test_any_names_have_paths_of_their_own(names: set[str]) -> None:
    addresses = Addresses.of("x", names)
    paths = [addresses.path(name) for name in names]
    assert len({path.lower() for path in [*paths, *addresses.shared]}) == len(paths) + len(addresses.shared)


def test_the_plain_path_of_names_that_look_alike_names_them_all() -> None:
    one, two = Addresses.of("f", ["Qwen"]), Addresses.of("f", ["QWEN", "Qwen"])
    assert one.path("Qwen") == "f/qwen.html" and one.shared == {}
    assert two.shared == {"f/qwen.html": ["QWEN", "Qwen"]} and "f/qwen.html" not in map(two.path, ("QWEN", "Qwen"))


def test_models_stand_below_their_publishers() -> None:
    assert slug("Qwen/Qwen3-8B") == "qwen/qwen3-8b"
    assert slug("zq/_test").startswith("zq/test") and slug("_zq/x") == "zq/x"


@pytest.mark.parametrize(
    ("here", "there", "address"),
    [
        ("index.html", "f/a.html", "f/a.html"),
        ("f/a.html", "index.html", "../index.html"),
        ("models/x/y.html", "assets/site.css", "../../assets/site.css"),
        ("f/a.html", "f/a.html#x", "#x"),
        ("f/a.html", "data.html#charts", "../data.html#charts"),
    ],
)
def test_links_are_relative(here: str, there: str, address: str) -> None:
    assert link(here, there) == address
    assert posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(address.partition("#")[0]) or "a.html"))
