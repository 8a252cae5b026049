"""The rooms and the one direction in which imports run."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# room -> rooms it may import from tracker; entry points may import anything
ALLOWED = {
    "errors": set(),
    "scope": {"errors"},
    "settings": {"errors"},
    "lock": {"errors"},
    "landing": {"errors", "scope"},
    "gates": {"errors"},
    "registry": {"errors"},
    "definitions": {"errors", "registry"},
    "lineage": {"errors", "registry"},
    "curation": {"errors", "lineage", "registry"},
    "sources": {"errors", "landing", "scope", "settings", "store"},
    "store": {"errors", "gates", "landing", "lineage", "registry", "scope", "settings"},
    "measures": {"errors"},
    "checks": {"errors"},
    "answers": {"errors", "definitions", "measures", "registry"},
    "claims": {"answers", "definitions", "errors", "measures", "registry"},
    "charts": {"errors"},
    "tree": {"answers", "errors", "lineage"},
    "health": {"checks", "errors", "landing", "lock", "registry", "settings", "store"},
    "pipeline": {
        "errors",
        "gates",
        "landing",
        "lineage",
        "lock",
        "registry",
        "scope",
        "settings",
        "sources",
        "store",
    },
    "report": {"answers", "charts", "definitions", "errors", "measures"},
    "demo": {"errors", "registry"},
}
ENTRY_POINTS = {"cli", "__main__", "__init__"}
# package -> the only places that may import it
ONLY_IN = {
    "duckdb": {"tracker/store"},
    "matplotlib": {"tracker/charts", "tracker/report.py"},
    "apscheduler": {"jobs"},
    "click": {"tracker/cli", "jobs/__main__.py", "tracker/demo/__main__.py", "jobs/weekly.py"},
    "huggingface_hub": {"tracker/sources"},
    "httpx2": {"tracker/sources"},
    "requests": {"jobs/ping.py"},
    "socket": {"tracker/demo", "tracker/sources"},
    "urllib.request": {"tracker/demo"},
    "http.client": {"tracker/demo"},
}


def modules() -> list[Path]:
    found = sorted([*ROOT.glob("tracker/**/*.py"), *ROOT.glob("jobs/**/*.py")])
    assert len(found) > 40, "the rules below would hold for nothing"
    return found


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


def room(path: Path) -> str:
    return path.relative_to(ROOT / "tracker").parts[0].removesuffix(".py")


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_imports_run_one_way(name: str) -> None:
    files = [path for path in ROOT.glob("tracker/**/*.py") if room(path) == name and path.name != "__main__.py"]
    sql = list((ROOT / "tracker" / name).glob("**/*.sql"))
    assert files or sql, f"the rule for {name} matches no file"
    for path in files:
        rooms = {
            module.split(".")[1] for module in imports(path) if module.startswith("tracker.") and module.count(".")
        }
        assert rooms <= ALLOWED[name] | {name, "__version__"}, f"{path.relative_to(ROOT)} imports {rooms}"


def test_every_room_has_a_rule() -> None:
    rooms = {room(path) for path in ROOT.glob("tracker/**/*.py")}
    assert rooms == set(ALLOWED) - {"checks"} | ENTRY_POINTS or rooms == set(ALLOWED) | ENTRY_POINTS


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
