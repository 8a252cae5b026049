"""Names that strangers choose, on every page and in every address; and what a rename leaves behind."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import tracker
from tests.pages.site.reading import Page, read
from tests.registry_folder import write_registry
from tests.store.nights import land, model, night, update
from tracker import registry
from tracker.api import site
from tracker.settings import Settings

MARKUP = 'zq</script><img src=x onerror=1> "q"\u2028<!--<script>'
FAMILIES = ["Zq", "_zq", "A|B", "通义", "R&D #1 {x}", "zq <3B", "index", MARKUP]
MODELS = ["zqA/Model", "zqa/model", "zq/_test", "_zq/x", "zq/constructor", "zq/__proto__", "zq/toString",
          "zq/hasOwnProperty", "zq/<b>", "zq/a__b__c", "con/nul", "zq/index"]  # fmt: skip


def made(folder: Path, families: list[str], renamed: bool = False) -> Path:
    """Publish a copy of hostile names: a root of each family with 60 derivatives, and a night later a rename."""
    names = list(enumerate(families))
    organizations = [
        {"namespace": f"o{at}", "organization": f"O{at}" if at else MARKUP, "country": ("NO", "NA", "US")[at % 3]}
        for at, _ in names
    ]
    write_registry(
        folder / "registry",
        organizations=organizations,
        families=[{"line": name, "developer": organizations[at]["organization"]} for at, name in names],
        roots=[{"pattern": f"o{at}/*", "line": name} for at, name in names],
    )
    shutil.copy(registry.default_directory() / "definitions.csv", folder / "registry")
    shipped = (registry.default_directory() / "claims.csv").read_text(encoding="utf-8")
    (folder / "registry/claims.csv").write_text(shipped.partition("\n")[0] + "\n", encoding="utf-8")
    chosen = registry.load(folder / "registry")
    settings = Settings(data_dir=folder / "data", registry=folder / "registry", memory_limit="1GB")
    roots = [model(f"o{at}/root-{at}", 1 + at, downloads_30d=900 + at) for at, _ in names]
    built = [
        model(name, 100 + at, parents={(1, "o0/root-0"): None}, downloads_30d=500 + at)
        for at, name in enumerate(MODELS)
    ]
    rest = [
        model(f"p/d-{number}", 1000 + number, downloads_30d=1, parents={(1 + at, f"o{at}/root-{at}"): None})
        for number in range(60 * len(families))
        for at in (number % len(families),)
    ]
    update(settings, chosen, land(settings.data_dir, night(0), [*roots, *built, *rest]))
    if renamed:
        built[0]["model_id"] = "zqA/Renamed"
        update(settings, chosen, land(settings.data_dir, night(1), [*roots, *built, *rest]))
    return folder / "data"


def written(data: Path, root: Path) -> dict[str, Page]:
    with tracker.open(data, registry=data.parent / "registry") as copy:
        site.write(copy, root, site.Options("https://example.org", models=60, pictures=False))
    return read(root)


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Page]]:
    folder = tmp_path_factory.mktemp("strange")
    return folder / "public", written(made(folder, FAMILIES, renamed=True), folder / "public")


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


def test_what_is_gone_leaves_a_tree_that_equals_one_from_nothing(tmp_path: Path) -> None:
    before, after = made(tmp_path / "a", ["Zq", "Zp", "Zr"]), made(tmp_path / "b", ["Zq", "Zs"], renamed=True)
    written(before, tmp_path / "over")
    written(after, tmp_path / "over")
    written(after, tmp_path / "nothing")
    trees = [
        {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "over", tmp_path / "nothing")
    ]
    kept = {path for path in trees[0] if path.startswith("v/")}
    assert kept >= {path for path in trees[1] if path.startswith("v/")}
    assert {path: trees[0][path] for path in set(trees[0]) - kept} == {
        path: content for path, content in trees[1].items() if not path.startswith("v/")
    }
    assert "families/zp.html" not in trees[0] and "families/zs.html" in trees[0]
