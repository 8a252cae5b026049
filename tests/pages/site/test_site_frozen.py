"""Frozen versions: the same for ever, with checksums, and given again by the copy that they were made from."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import tracker
from tests.command_line import called
from tests.pages.site.reading import read
from tracker.pages.drawing import Studio
from tracker.pages.site import figures
from tracker.pages.site.build import Options, Site
from tracker.pages.site.places import PICTURED, PLACES

Frozen = tuple[Path, dict[str, bytes]]


@pytest.fixture(scope="module")
def twice(changed: Path) -> Frozen:
    """The folder of a site that was frozen, changed and frozen again, and what was below its v/ first."""
    kept = changed / "v-before"
    return changed, {
        f"public/v/{path.relative_to(kept).as_posix()}": path.read_bytes() for path in kept.rglob("*") if path.is_file()
    }


def test_what_is_frozen_stays_byte_for_byte(twice: Frozen) -> None:
    folder, before = twice
    assert len(before) > 20
    assert {path: (folder / path).read_bytes() for path in before} == before
    assert len(list((folder / "public/v").glob("2*/manifest.json"))) == 2


def test_a_frozen_page_points_to_what_is_newest_and_asks_for_what_never_changes(
    twice: Frozen,
) -> None:
    root = twice[0] / "public"
    pages = read(root)
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    frozen = {path: page for path, page in pages.items() if re.match(r"v/2[^/]+/(?!report)", path)}
    assert len(frozen) > 8
    for path, page in frozen.items():
        text = (root / path).read_text(encoding="utf-8")
        assert '<link rel="canonical" href="https://example.org/t/' in text and "What is newest" in page.words
        assert "/v/" not in re.findall(r'rel="canonical" href="([^"]+)"', text)[0]
        assert len(page.ids) == len(set(page.ids))
        for link, anchor in page.targets():
            assert link in files and (not anchor or anchor in pages[link].ids), f"{path}: {link}"
        for asset in re.findall(r'(?:src|href)="(\.\./assets/[^"]+)"', text):
            assert re.search(r"-[0-9a-f]{12}\.(css|js)$", asset)


def test_a_manifest_has_the_checksum_of_every_file(twice: Frozen) -> None:
    for path in (twice[0] / "public/v").glob("2*/manifest.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        there = {each.name for each in path.parent.iterdir()} - {"manifest.json"}
        assert set(told["files"]) == there
        for name, digest in told["files"].items():
            assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == digest


def test_embeds_of_an_older_site_show_what_they_showed(twice: Frozen) -> None:
    folder, before = twice
    pictures = [path for path in before if path.startswith("public/v/e/")]
    assert pictures
    for path in pictures:
        digest = re.findall(r"-([0-9a-f]{12})\.svg$", path)[0]
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest().startswith(digest)


def test_verify_says_whether_the_figures_can_be_had_again(twice: Frozen, strange_folder: Path) -> None:
    folder, before = twice
    [manifest] = [path for path in before if path.endswith("manifest.json")]

    def verified(place: Path) -> tuple[int, set[str]]:
        asked = ("verify", str(folder / manifest), "--registry", str(place / "registry"), "--format", "csv")
        done = called(*asked, "--data-dir", str(place / "data"))
        return done.returncode, {line.split(",")[1] for line in done.stdout.splitlines()[1:]}

    assert verified(folder) == (0, {"same"}), "of the copy that it was made from, which is kept"
    code, verdicts = verified(strange_folder)
    assert code == 1 and "differs" in verdicts


@pytest.mark.parametrize(
    "text", ['{"kind": "tracker permalink"}', '{"kind": "tracker permalink", "figures": {"a": 1}}']
)
def test_half_a_manifest_is_refused_in_a_sentence(text: str, tmp_path: Path, demo_folder: Path) -> None:
    (tmp_path / "m.json").write_text(text)
    done = called("verify", str(tmp_path / "m.json"), "--data-dir", str(demo_folder))
    assert done.returncode == 2 and "this manifest lacks figures" in done.stderr


def test_what_is_cited_most_is_to_be_had_as_press_has_it(changed: Path) -> None:
    with tracker.open(changed / "data", registry=changed / "registry") as copy:
        pages = Site(
            Studio(copy.published, copy.definition("default"), copy.registry), Options("https://example.org"), ""
        )
        names = figures.pictured(pages)
        named = {name for page in PICTURED for name in PLACES.get(page, ())}
        assert 0 < len(names) <= 40 and {name for name in named if pages.figure(name)} <= set(names)
        drawing = pages.figure(names[0])
        assert drawing
        made = {Path(file.path).suffix: file for file in figures.files(pages, names[0], drawing, is_fixed=True)}
        assert {".png", ".pdf"} <= set(made)
        assert made[".pdf"].make and made[".pdf"].make().startswith(b"%PDF-")
        others = figures.files(pages, "x/y", drawing)
        assert not [file.path for file in others if file.path.endswith(("png", "pdf"))]
