"""What is shipped: the wheel carries the registry and the SQL, the lock file pins everything with hashes."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import tracker
from tests import release
from tracker import errors

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob("requirements/*.lock")}
# a pin is a name, a version, and for some the platforms that it is for
PIN = re.compile(r"^([a-z0-9_.-]+)==([^\s;]+)(?: ; (.*?))? \\$", re.MULTILINE | re.IGNORECASE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel and an sdist."""
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split("\n")[
        :-1
    ]


def test_both_carry_every_tracked_file_that_belongs_there(built: Path) -> None:
    """An unpacked sdist can run the tests and make the documents; a wheel has the packages and nothing beside."""
    names = tracked()
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        there = {name.partition("/")[2] for name in sdist.getnames()}
    assert not set(names) - there, "add them to the sdist's include in pyproject.toml"
    inside = {name for name in names if name.startswith(("tracker/", "jobs/"))}
    carried = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    assert {
        name for name in carried if not name.startswith("tracker/_registry/") and ".dist-info/" not in name
    } == inside


def test_the_wheel_carries_registry_sql_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in [*ROOT.glob("data/registry/*.csv")]:
        assert f"tracker/_registry/{path.name}" in names
    assert "tracker/py.typed" in names
    for path in [*ROOT.glob("tracker/**/*.sql"), *ROOT.glob("tracker/**/*.py"), *ROOT.glob("jobs/*.py")]:
        assert path.relative_to(ROOT).as_posix() in names


def test_the_wheel_carries_fonts_and_no_tests(wheel: Path) -> None:
    release.contents(wheel)


def test_the_citation_is_of_this_version() -> None:
    told = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {tracker.__version__}\n" in told and f"\nlicense: {PROJECT['project']['license']}\n" in told
    released = re.search(r"^date-released: (\S+)$", told, re.MULTILINE)
    newest = re.search(r"^## .*$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert released and newest and newest[0] == f"## {tracker.__version__} ({released[1]})"


def test_the_exit_codes_that_are_promised_are_those_of_the_errors() -> None:
    page = (ROOT / "docs" / "stability.md").read_text(encoding="utf-8")
    promised = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", page, re.MULTILINE) for code in row.split(", ")}
    found = {each.exit_code for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "exit_code")}
    assert promised == {0, 143, *(each for each in found if isinstance(each, int)), 130}


@pytest.mark.soak
def test_the_wheel_runs_where_nothing_else_is() -> None:
    """Takes minutes, since it installs everything anew (`make release`)."""
    release.main()


def test_an_unpacked_wheel_finds_its_own_registry(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    probe = "from tracker import registry; print(registry.default_directory(), len(registry.load().organizations))"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": "."}
    )
    folder, organizations = done.stdout.split()
    assert folder.endswith("tracker/_registry") and int(organizations) > 150


def wanted(lock: str) -> list[str]:
    """What pyproject.toml asks for in a lock file."""
    groups, extras = PROJECT["dependency-groups"], PROJECT["project"].get("optional-dependencies", {})
    if lock == "core":
        return [*PROJECT["project"]["dependencies"], *groups["build"]]
    return groups[lock] if lock in groups else extras[lock]


def test_there_is_a_lock_for_the_core_for_the_tests_and_for_each_extra() -> None:
    assert set(LOCKS) == {"core", "tests", *PROJECT["project"].get("optional-dependencies", {})}


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_every_dependency_is_pinned_with_hashes(lock: str) -> None:
    for requirement in wanted(lock):
        name = re.split(r"[<>=!~\[ ]", requirement)[0].lower().replace("_", "-")
        assert name in {pinned.lower() for pinned, _, _ in PIN.findall(LOCKS[lock])}, requirement
        assert "<" in requirement and ">=" in requirement, f"{requirement} has no honest bounds"
    blocks = re.split(r"\n(?=\S+==)", LOCKS[lock])
    assert len(blocks) >= len(wanted(lock))
    for block in blocks:
        assert PIN.match(block) and "--hash=sha256:" in block, block.splitlines()[0]


def test_any_set_of_locks_installs_into_one_environment() -> None:
    pinned: dict[tuple[str, str], str] = {}
    for text in LOCKS.values():
        for name, version, platforms in PIN.findall(text):
            assert pinned.setdefault((name, platforms), version) == version, name


def test_no_file_names_a_package_index() -> None:
    forbidden = re.compile("|".join(["index" + "-url", "find" + "-links", "py" + r"pi\.org", "python" + "hosted"]))
    for name in tracked():
        path = ROOT / name
        if path.suffix in {".png", ".gz", ".parquet", ".duckdb", ".csv"} or not path.is_file():
            continue
        assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), name
