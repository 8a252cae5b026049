"""Names that strangers choose, on every page and in every address; and what a rename leaves behind."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from markupsafe import Markup

from tests.pages.site import strangers
from tests.pages.site.reading import Page, read
from tests.pages.site.strangers import FAMILIES, MARKUP, MODELS
from tracker.pages import web
from tracker.pages.site import basis
from tracker.pages.site.sheet import Table


def test_no_name_is_markup_anywhere(strange: tuple[Path, dict[str, Page]]) -> None:
    root, pages = strange
    for path, page in pages.items():
        text = (root / path).read_text(encoding="utf-8")
        assert "<img src=x" not in text and "onerror=1>" not in text and not re.search(r"<b>(?!</)", text), path
        assert page.tags.count("script") == 3 + len(page.data) or "report/2" in path, path
    told = [json.loads(each) for page in pages.values() for each in page.data]
    assert any(MARKUP in json.dumps(each, ensure_ascii=False).replace('\\"', '"') for each in told), "the literal name"
    assert any(MARKUP.replace("\u2028", "") in page.words.replace("\u2028", "") for page in pages.values())


def test_every_link_leads_somewhere_and_no_two_paths_are_alike(strange: tuple[Path, dict[str, Page]]) -> None:
    root, pages = strange
    paths = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    assert len({path.lower() for path in paths}) == len(paths)
    assert not [path for path in paths if any(part[0] in "_." for part in path.split("/")) and path != ".nojekyll"]
    for page in pages.values():
        for path, anchor in page.targets():
            assert path in paths and (not anchor or anchor in pages[path].ids), f"{page.path}: {path}#{anchor}"


def test_the_search_holds_every_name_as_a_row_of_a_list(strange: tuple[Path, dict[str, Page]]) -> None:
    root, pages = strange
    text = (root / "assets/names.js").read_text(encoding="utf-8")
    assert "\u2028" not in text and text.isascii()
    rows = json.loads(text.removeprefix("trackerNames(").removesuffix(");\n"))
    names = {name: path for name, _, path in rows}
    assert {*FAMILIES, *MODELS[1:], "zqA/Renamed"} <= set(names) and set(names.values()) <= set(pages)


def test_a_former_name_says_where_it_went(strange: tuple[Path, dict[str, Page]]) -> None:
    _, pages = strange
    both = pages["models/zqa/model.html"]
    assert "zqa/model" in both.words, "what has the name now stands there"
    told = [page for path, page in pages.items() if "is called" in page.words]
    assert all("models/zqa/renamed.html" in [path for path, _ in page.targets()] for page in told)


def test_what_is_gone_leaves_a_tree_that_equals_one_from_nothing(changed: Path) -> None:
    trees = [
        {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (changed / "public", changed / "nothing")
    ]
    kept = {path for path in trees[0] if path.startswith("v/")}
    assert kept >= {path for path in trees[1] if path.startswith("v/")}
    assert {path: trees[0][path] for path in set(trees[0]) - kept} == {
        path: content for path, content in trees[1].items() if not path.startswith("v/")
    }


def test_what_says_the_same_is_not_rendered_again(
    changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    render = web.render

    def seen(template: str, **values: Any) -> str:
        rendered.append(template)
        return render(template, **values)

    monkeypatch.setattr(web, "render", seen)
    root = tmp_path / "over"
    shutil.copytree(changed / "nothing", root)
    (root / "families/zq.html").write_text("damaged", encoding="utf-8")
    strangers.write(changed, root)
    assert {each for each in rendered if each.startswith("site/") and each.endswith("html.j2")} == {
        "site/family.html.j2"
    }
    assert (root / "families/zq.html").read_bytes() == (changed / "nothing/families/zq.html").read_bytes()


def test_a_page_is_told_by_all_that_is_in_it() -> None:
    tables = [Table("t", "c", ("a",), [[Markup("1")]], marks) for marks in ((), ("x",))]
    digests = [basis.digest("site/family.html.j2", {"t": each, "day": date(2026, 11, 21)}) for each in tables]
    digests.append(basis.digest("site/group.html.j2", {"t": tables[0], "day": date(2026, 11, 21)}))
    assert len(set(digests)) == 3
    with pytest.raises(TypeError, match="DataFrame, which does not tell"):
        basis.digest("site/family.html.j2", {"t": pl.DataFrame()})


def test_former_addresses_of_families_and_developers_lead_on(changed: Path) -> None:
    pages = read(changed / "public")
    for path, heirs in (("families/zp", ["zs"]), ("families/zr", ["zt", "zu"]), ("developers/o1", ["p1"])):
        page = pages[f"{path}.html"]
        folder = path.partition("/")[0]
        led = [each for each, _ in page.targets() if re.fullmatch(rf"{folder}/\w\w\.html", each) and each != page.path]
        assert led == [f"{folder}/{heir}.html" for heir in heirs] and set(led) <= set(pages)
        assert ("tells apart" if len(heirs) > 1 else "another name now") in page.words
    assert "another name" not in pages["families/zq.html"].words
    listed = (changed / "public/sitemap.xml").read_text(encoding="utf-8")
    assert "families/zs.html" in listed and "families/zp.html" not in listed
    names = (changed / "public/assets/names.js").read_text(encoding="utf-8")
    assert '"Zs"' in names and '"Zp"' not in names


def test_errata_tell_what_a_changed_registry_restates(changed: Path) -> None:
    page = read(changed / "public")["restatements.html"]
    assert "the registry has changed: families.csv" in page.words and "Zs" in page.words
    assert "Nothing that was published has had to be corrected" not in page.words
    [corrected] = [int(each.value) for each in page.numbers[:1]]
    assert corrected > 0
