"""A folder that is exported into again: what did not change is carried, and nobody ever sees half of it."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.killed_at import killed
from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.errors import SettingsError
from tracker.forgetting.night import forget
from tracker.handover import exports
from tracker.settings import Settings


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """A folder of three nights, and what was exported after the second."""
    place = tmp_path_factory.mktemp("lived")
    settings = Settings(data_dir=place / "data", registry=place / "registry", memory_limit="1GB")
    small = small_registry(place / "registry")
    for number in range(3):
        models = [model("Qwen/Qwen3-8B", 1), *(model(f"a/of-{each}", 2 + each) for each in range(number + 1))]
        update(settings, small, land(settings.data_dir, night(number), models))
        if number == 1:
            exports.to_folder(settings, place / "export")
    return settings, place / "export"


@pytest.fixture
def folder(lived: tuple[Settings, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived[1], tmp_path / "export"))


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def content(folder: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files(folder).items()}


def check_is_as_new(settings: Settings, folder: Path, place: Path) -> None:
    store.export_parquet(settings.data_dir, place)
    assert content(folder) == content(place)
    assert not subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode
    assert [path.name for path in folder.parent.glob(".*")] == [".export.lock"]


def test_only_what_changed_is_written(lived: tuple[Settings, Path], folder: Path, tmp_path: Path) -> None:
    was = {name: (path.stat().st_ino, path.read_bytes()) for name, path in files(folder).items()}
    written = exports.to_folder(lived[0], folder)
    assert sorted(written) == sorted(files(folder).values())
    check_is_as_new(lived[0], folder, tmp_path / "new")
    now = {name: (path.stat().st_ino, path.read_bytes()) for name, path in files(folder).items()}
    same = [name for name in was if was[name][1] == now[name][1]]
    assert [name for name in was if was[name][0] == now[name][0]] == same
    assert [name for name in same if name.startswith("snapshots/")] == sorted(
        name for name in was if name.startswith("snapshots/")
    )
    assert {"families.parquet", "organizations.parquet"} <= set(same) and "models.parquet" not in same


def test_what_is_gone_goes_and_what_was_damaged_is_mended(
    lived: tuple[Settings, Path], folder: Path, tmp_path: Path
) -> None:
    settings = dataclasses.replace(lived[0], data_dir=tmp_path / "data")
    shutil.copytree(lived[0].data_dir, settings.data_dir, symlinks=True)
    (damaged,) = folder.glob(f"snapshots/*{night(0)}/*.parquet")
    damaged.write_bytes(damaged.read_bytes()[:-9] + b"of others")
    forget(settings, night(1), "hub_models")
    exports.to_folder(settings, folder)
    check_is_as_new(settings, folder, tmp_path / "new")
    assert not list(folder.glob(f"snapshots/*{night(1)}/*"))


def test_what_others_put_there_stays(lived: tuple[Settings, Path], folder: Path, tmp_path: Path) -> None:
    for name in ("notes.md", "mine/of-2026.parquet"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    (folder / "link").symlink_to("notes.md")
    exports.to_folder(lived[0], folder)
    assert [(folder / name).read_text() for name in ("notes.md", "mine/of-2026.parquet", "link")] == [
        "notes.md", "mine/of-2026.parquet", "notes.md"
    ]  # fmt: skip
    assert (folder / "link").is_symlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.md").write_text("mine")
    with pytest.raises(SettingsError, match="holds something that `tracker export --to` did not write"):
        exports.to_folder(lived[0], other)
    assert [path.name for path in other.iterdir()] == ["thesis.md"]


@pytest.mark.parametrize("steps", [[9], pytest.param(range(1, 400, 3), marks=pytest.mark.soak)])
def test_one_that_is_killed_leaves_the_old_or_the_new(
    lived: tuple[Settings, Path], folder: Path, tmp_path: Path, steps: list[int]
) -> None:
    store.export_parquet(lived[0].data_dir, tmp_path / "new")
    old, new = content(folder), content(tmp_path / "new")
    for step in steps:
        words = ("export", "--to", str(folder), "--data-dir", str(lived[0].data_dir))
        was_killed = killed(step, f"{tmp_path}/", *words)
        assert content(folder) in (old, new)
        exports.to_folder(lived[0], folder)
        assert content(folder) == new
        shutil.rmtree(folder)
        shutil.copytree(lived[1], folder)
        if not was_killed:
            break
    assert was_killed or step > 100
