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
from tests.pages.site.test_site_strangers import made
from tracker.api import site


def write(data: Path, root: Path, *, freeze: bool) -> None:
    with tracker.open(data, registry=data.parent / "registry") as copy:
        site.write(copy, root, site.Options("https://example.org/t", models=5, pictures=False, freeze=freeze))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], Path]:
    """A site that was frozen, then written of another copy and frozen; its first v/, and the first data folder."""
    folder = tmp_path_factory.mktemp("frozen")
    first, second = made(folder / "a", ["Zq", "Zp", "Zr"]), made(folder / "b", ["Zq", "Zs"], renamed=True)
    write(first, folder / "public", freeze=True)
    before = {path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / "public/v").rglob("*.*")}
    write(second, folder / "public", freeze=True)
    return folder, before, first


def test_what_is_frozen_stays_byte_for_byte(twice: tuple[Path, dict[str, bytes], Path]) -> None:
    folder, before, _ = twice
    assert len(before) > 20
    assert {path: (folder / path).read_bytes() for path in before} == before
    assert len(list((folder / "public/v").glob("2*/manifest.json"))) == 2


def test_a_frozen_page_points_to_what_is_newest_and_asks_for_what_never_changes(
    twice: tuple[Path, dict[str, bytes], Path],
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


def test_a_manifest_has_the_checksum_of_every_file(twice: tuple[Path, dict[str, bytes], Path]) -> None:
    for path in (twice[0] / "public/v").glob("2*/manifest.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        there = {each.name for each in path.parent.iterdir()} - {"manifest.json"}
        assert set(told["files"]) == there
        for name, digest in told["files"].items():
            assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == digest


def test_embeds_of_an_older_site_show_what_they_showed(twice: tuple[Path, dict[str, bytes], Path]) -> None:
    folder, before, _ = twice
    pictures = [path for path in before if path.startswith("public/v/e/")]
    assert pictures
    for path in pictures:
        digest = re.findall(r"-([0-9a-f]{12})\.svg$", path)[0]
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest().startswith(digest)


def test_verify_says_whether_the_figures_can_be_had_again(twice: tuple[Path, dict[str, bytes], Path]) -> None:
    folder, before, data = twice
    [manifest] = [path for path in before if path.endswith("manifest.json")]
    asked = ("verify", str(folder / manifest), "--registry", str(data.parent / "registry"), "--format", "csv")
    same = called(*asked, "--data-dir", str(data))
    assert same.returncode == 0 and {line.split(",")[1] for line in same.stdout.splitlines()[1:]} == {"same"}
    other = called(*asked, "--data-dir", str(folder / "b/data"))
    assert other.returncode == 1 and "differs" in other.stdout


@pytest.mark.parametrize(
    "text", ['{"kind": "tracker permalink"}', '{"kind": "tracker permalink", "figures": {"a": 1}}']
)
def test_half_a_manifest_is_refused_in_a_sentence(text: str, tmp_path: Path, demo_folder: Path) -> None:
    (tmp_path / "m.json").write_text(text)
    done = called("verify", str(tmp_path / "m.json"), "--data-dir", str(demo_folder))
    assert done.returncode == 2 and "this manifest lacks figures" in done.stderr
