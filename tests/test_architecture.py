"""The rooms and the one direction in which imports run. Each room says in its docstring what it may import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.rooms import ROOT, allowed, docstring, dotted, modules, room, rules

# package -> the only places that may import it
ONLY_IN = {
    "duckdb": {"tracker/sql", "tracker/store", "tracker/landing/parse"},
    "_duckdb": {"tracker/sql"},
    "matplotlib": {"tracker/charts"},
    "apscheduler": {"jobs"},
    "click": {"tracker/cli", "jobs/__main__.py", "tracker/demo/__main__.py"},
    "huggingface_hub": {"tracker/sources", "tracker/handover/hub"},
    "httpx2": {"tracker/sources", "tracker/handover/hub"},
    "obstore": {"tracker/handover/objects"},
    "py4j": {"tracker/handover/spark"},
    "pyspark": {"tracker/handover/spark"},
    "sqlglot": {"tracker/handover/spark"},
    # sources ask for data, what a night found is told, and a curator has the pages of the registry's sources opened
    "requests": {
        "tracker/notify/post.py",
        "tracker/sources/outward/wire.py",
        "tracker/sources/outward/plain.py",
        "tracker/curation/pages.py",
    },
    "urllib3": {"tracker/sources/outward/wire.py", "tracker/sources/outward/plain.py"},
    "mcp": {"tracker/serve/assistants"},
    "mcp_types": {"tracker/serve/assistants"},
    "socket": {"tracker/demo", "tracker/sources", "tracker/serve/http/run.py"},
    "fastapi": {"tracker/serve/http"},
    "starlette": {"tracker/serve/http"},
    "pydantic": {"tracker/serve/http"},
    "uvicorn": {"tracker/serve/http/run.py"},
    "urllib.request": {"tracker/demo", "tracker/sources/outward"},  # there for `getproxies` alone
    "http.client": {"tracker/demo", "tracker/sources/outward/wire.py"},
}
ENTRY_POINTS = {"tracker.__init__", "tracker.__main__", "tracker.demo.__main__"}
MAX_MODULES = 13  # of a folder's own: about a dozen, and the __init__


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file, except for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms_imported(path: Path) -> set[str]:
    """The rooms of the tracker that a file imports, its own left out."""
    own = room(dotted(path))
    known = {dotted(each).removesuffix(".__init__") for each in modules()}
    named = {name for name in imports(path) if name in known}
    return {found for name in named if (found := room(name)) and found != own}


@pytest.mark.parametrize("name", sorted(rules()))
def test_imports_run_one_way(name: str) -> None:
    may = allowed(name)
    for path in (path for path in modules() if room(dotted(path)) == name and dotted(path) not in ENTRY_POINTS):
        imported = {each for each in rooms_imported(path) if not each.startswith(f"{name}.")}  # floors of its own
        assert imported <= may | {"tracker"}, f"{path.relative_to(ROOT)} imports {sorted(imported)}"


@pytest.mark.parametrize("name", sorted(rules()))
def test_rules_name_rooms_that_are_there(name: str) -> None:
    assert allowed(name) <= set(rules())


def test_every_module_stands_in_a_room_with_a_rule() -> None:
    without = [dotted(path) for path in modules() if room(dotted(path)) is None]
    assert set(without) <= ENTRY_POINTS


def test_the_demo_is_imported_by_its_command_alone() -> None:
    users = {dotted(path) for path in modules() if any(name.startswith("tracker.demo") for name in imports(path))}
    assert {user for user in users if not user.startswith("tracker.demo.")} == {"tracker.cli.commands.demo"}


def test_no_folder_has_more_than_a_dozen_modules_of_its_own() -> None:
    folders = Counter(path.parent.relative_to(ROOT).as_posix() for path in modules())
    full = {folder: count for folder, count in folders.items() if count > MAX_MODULES}
    assert not full, f"at most {MAX_MODULES} modules: move those that belong together into a folder of their own"


def test_no_two_files_of_tests_share_a_name() -> None:
    """Tests are collected by the names of their files; of two alike the second is not collected at all."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_folder_says_what_comes_in_and_what_goes_out() -> None:
    for path in modules():
        if path.name == "__init__.py":
            assert docstring(path), path


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_packages_stay_in_their_room(package: str) -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(module == package or module.startswith(f"{package}.") for module in imports(path))
    ]
    outside = [user for user in users if not any(user.startswith(place) for place in ONLY_IN[package])]
    assert not outside, f"{package} is imported in {outside}"


@pytest.mark.parametrize(
    "package", ["duckdb", "matplotlib", "apscheduler", "click", "huggingface_hub", "requests", "polars"]
)
def test_prescribed_packages_are_used(package: str) -> None:
    assert any(module.split(".")[0] == package for path in modules() for module in imports(path))


def test_the_library_imports_nothing_from_jobs() -> None:
    for path in ROOT.glob("tracker/**/*.py"):
        assert not any(module.split(".")[0] == "jobs" for module in imports(path)), path


def test_help_imports_nothing_heavy() -> None:
    """`tracker --help` must answer at once, so no command module may import a heavy package at its top."""
    probe = (
        "import sys, tracker.cli as c\n"
        "assert c._run(['--help']) == 0\n"
        "heavy = {'matplotlib', 'polars', 'huggingface_hub', 'duckdb', 'numpy', 'rich', 'requests', 'apscheduler'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Commands:" in done.stdout
