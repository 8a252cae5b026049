"""What every page of the site keeps to: links that lead somewhere, ids of one meaning, small, no foreign markup."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.pages.site.reading import Page, read
from tracker import claims
from tracker.pages import web
from tracker.pages.site import small
from tracker.pages.site.kinds import ledger

KB = 1_000
ASSETS = ("assets/site.css", "assets/page.js", "assets/site.js", "assets/theme.js")


def test_the_site_has_all_kinds_of_pages(pages: dict[str, Page]) -> None:
    kinds = ("index.html", "claims.html", "method.html", "data.html", "origins.html", "families/index.html",
             "families/qwen.html", "countries/cn.html", "developers/alibaba.html", "f/families.html",
             "report/index.html", "restatements.html", "publishers/index.html", "publishers/qwen.html")  # fmt: skip
    assert set(kinds) <= set(pages) and len([path for path in pages if path.startswith("f/")]) >= 15


def test_links_lead_somewhere_and_ids_mean_one_thing(demo_site: Path, pages: dict[str, Page]) -> None:
    files = {path.relative_to(demo_site).as_posix() for path in demo_site.rglob("*") if path.is_file()}
    for page in pages.values():
        assert len(page.ids) == len(set(page.ids)), page.path
        for path, anchor in page.targets():
            assert path in files, f"{page.path} links to {path}"
            assert not anchor or anchor in pages[path].ids, f"{page.path} links to {path}#{anchor}"


def test_whole_addresses_are_those_of_the_site_or_of_sources(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for link in page.links:
            assert urlsplit(link).scheme in ("", "https", "http", "data"), link
            assert "127.0.0.1" not in link and not link.startswith("/"), link


def test_paths_differ_without_regard_to_case_and_please_every_host(demo_site: Path) -> None:
    paths = [path.relative_to(demo_site).as_posix() for path in demo_site.rglob("*") if path.is_file()]
    assert len({path.lower() for path in paths}) == len(paths)
    for path in paths:
        assert path == ".nojekyll" or not any(part[0] in "_." for part in path.split("/")), path
        assert re.fullmatch(r"[\w.~/-]+", path, re.ASCII), path


def test_pages_are_small(demo_site: Path, pages: dict[str, Page]) -> None:
    for path in pages:
        assert (demo_site / path).stat().st_size <= 400 * KB, path
    front = [(demo_site / name).read_bytes() for name in ("index.html", *ASSETS)]
    fonts = sum(path.stat().st_size for path in demo_site.glob("assets/*.woff2"))
    assert sum(len(gzip.compress(each)) for each in front) + fonts <= 120 * KB
    scripts, style = (
        (b"".join((demo_site / name).read_bytes() for name in names)) for names in (ASSETS[1:], ASSETS[:1])
    )
    assert len(gzip.compress(scripts)) <= 3 * KB and len(gzip.compress(style)) <= 10 * KB


def test_json_ld_tells_of_the_figures(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        for each in map(json.loads, page.data):
            assert each["@type"] == "Dataset" and each["name"] and each["creator"]["name"] == "Adoption Tracker", path
            assert each["license"].startswith("https://creativecommons.org/"), path
        if path.startswith("f/"):
            [told] = map(json.loads, page.data)
            assert told["url"] == f"https://example.org/t/{path}" and told["identifier"] in page.words
            assert told["distribution"][0]["contentUrl"].startswith("https://example.org/t/figures/")


def test_the_copy_is_named_where_it_matters_alone(demo_site: Path, pages: dict[str, Page]) -> None:
    copy = json.loads(pages["data.html"].data[0])["identifier"]
    named = {path for path in pages if copy[:12] in (demo_site / path).read_text(encoding="utf-8")}
    reports = {path for path in pages if path.startswith("report/2")}
    assert named == {"index.html", "data.html"} | reports


def test_sitemap_and_feed_are_xml_with_whole_addresses(demo_site: Path, pages: dict[str, Page]) -> None:
    places = [
        each.text or "" for each in ElementTree.parse(demo_site / "sitemap.xml").iter() if each.tag.endswith("loc")
    ]
    assert {place.removeprefix("https://example.org/t/") for place in places} <= set(pages)
    assert "https://example.org/t/families/qwen.html" in places
    feed = ElementTree.parse(demo_site / "feed.xml")
    [link] = [each.get("href") or "" for each in feed.iter() if each.tag.endswith("link")]
    assert link.removeprefix("https://example.org/t/") in pages


def test_every_chart_has_its_page_and_files(demo_site: Path, pages: dict[str, Page]) -> None:
    for name in (Path(path).stem for path in pages if path.startswith("f/")):
        for suffix in (".csv", ".svg", "-dark.svg", ".sql"):
            assert (demo_site / f"figures/{name}{suffix}").stat().st_size > 0
        page = pages[f"f/{name}.html"]
        for words in ("Rows", "Newest night in them", "BibTeX", "CSL-JSON", "Embed", "@misc{", "<picture>"):
            assert words in page.words, f"{name}: {words}"


def test_pages_hold_no_script_of_their_own(demo_site: Path, pages: dict[str, Page]) -> None:
    for path in pages:
        text = (demo_site / path).read_text(encoding="utf-8")
        if "report/2" in path and "site.css" not in text:
            continue  # one file, as it was written
        for attributes in re.findall(r"<script([^>]*)>", text):
            assert "src=" in attributes or "ld+json" in attributes, path
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text), path


def test_reading_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<p id="x"><a href="b.html#y">b</a></p><p id="x"></p>')
    [page] = read(tmp_path).values()
    assert page.targets() == [("b.html", "y")] and page.ids == ["x", "x"]
    assert "font-face" in web.site_style() and "base64" not in web.site_style()


@pytest.mark.parametrize(
    ("statement", "family", "is_named"),
    [
        ("Qwen's share rose", "Qwen", True),
        ("37 % of the downloads of the Qwen3-8B family", "Qwen", True),
        ("Five Qwen2.5 models", "Qwen", True),
        ("QwenLM and Qwenoid", "Qwen", False),
        ("CodeQwen leads", "Qwen", False),
        ("GPT-20 leads", "GPT-2", False),
        ("GPT-2 leads", "GPT-2", True),
        ("R&D #1 {x} leads", "R&D #1 {x}", True),
    ],
)
def test_a_claim_is_about_a_family_that_it_names(statement: str, family: str, is_named: bool) -> None:
    assert ledger.names(statement, family) is is_named


def test_a_family_page_has_the_claims_about_it(pages: dict[str, Page]) -> None:
    said = {each.id: each.statement for each in claims.load()}
    for path, family in (("families/qwen.html", "Qwen"), ("families/llama.html", "Llama")):
        about = {name for name, statement in said.items() if ledger.names(statement, family)}
        shown = {name for name, statement in said.items() if statement in pages[path].words}
        assert about == shown and len(about) > 8
    assert all(statement in pages["claims.html"].words for statement in said.values())


@pytest.mark.parametrize(("high", "most"), [(0.0, 0.6), (0.6, 0.6), (0.61, 1.0), (1.0, 1.0), (None, 0.6)])
def test_bars_of_a_table_hold_all_of_their_shares(high: float | None, most: float) -> None:
    rows = [{"low": 0.0, "share": 0.0, "high": high}, {"low": None, "share": 0.3, "high": None}]
    assert small.scale(rows) == most and small.scale([]) == 0.6


def test_claims_stand_in_the_order_of_their_numbers() -> None:
    rows = [{"id": each} for each in ("F100", "F2", "F49b", "F10", "F49", "G1")]
    assert [row["id"] for row in sorted(rows, key=ledger.place)] == ["F2", "F10", "F49", "F49b", "F100", "G1"]
