"""What is shipped: the wheel carries the registry and the SQL, the lock file pins everything with hashes."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_registry_sql_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in [*ROOT.glob("data/registry/*.csv")]:
        assert f"tracker/_registry/{path.name}" in names
    for path in [*ROOT.glob("tracker/**/*.sql"), *ROOT.glob("tracker/**/*.py"), *ROOT.glob("jobs/*.py")]:
        assert path.relative_to(ROOT).as_posix() in names


def test_an_unpacked_wheel_finds_its_own_registry(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    probe = "from tracker import registry; print(registry.default_directory(), len(registry.load().organizations))"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": "."}
    )
    folder, organizations = done.stdout.split()
    assert folder.endswith("tracker/_registry") and int(organizations) > 150


def test_every_dependency_is_pinned_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in wanted:
        name = re.split(r"[<>=!~\[ ]", requirement)[0].lower()
        pinned = re.escape(name).replace("_", "[-_]")
        assert re.search(rf"^{pinned}==\S+", LOCK, re.MULTILINE | re.IGNORECASE), requirement
        assert "<" in requirement and ">=" in requirement, f"{requirement} has no honest bounds"
    pins = re.findall(r"^[a-z0-9_.-]+==[^\n]*", LOCK, re.MULTILINE | re.IGNORECASE)
    assert len(pins) > 30
    for block in re.split(r"\n(?=\S+==)", LOCK):
        assert "==" not in block.splitlines()[0] or "--hash=sha256:" in block, block.splitlines()[0]


def test_no_file_names_a_package_index() -> None:
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    forbidden = re.compile("|".join(["index" + "-url", "find" + "-links", "py" + r"pi\.org", "python" + "hosted"]))
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".png", ".gz", ".parquet", ".duckdb", ".csv"} or not path.is_file():
            continue
        assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), name
