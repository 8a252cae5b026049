"""A typing error in the registry costs no night: it is landed first, and read with the last registry that was good."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.health.kept_folder import Kept
from tracker import landing, registry


@pytest.fixture
def curated(tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The registry that ships with the package, as a folder of its own that the commands read."""
    folder = Path(shutil.copytree(registry.default_directory(), tmp_path / "registry"))
    monkeypatch.setenv("TRACKER_REGISTRY", str(folder))
    return folder


def _another_cell(folder: Path) -> None:
    with (folder / "organizations.csv").open("a") as file:
        file.write("zz-new-lab,New Lab, the one in Delft,institute,NL,,https://example.org,2026-11-22,\n")


def _nobody_s_developer(folder: Path) -> None:
    path = folder / "families.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",Alibaba,", ",Alibaab,"), encoding="utf-8")


def _half_saved(folder: Path) -> None:
    (folder / "roots.csv").write_bytes(b"")


def _latin(folder: Path) -> None:
    with (folder / "mirrors.csv").open("ab") as file:
        file.write("zz/\xe9*,same_name,,copy,https://example.org,2026-11-22,caf\xe9\n".encode("latin-1"))


@pytest.mark.parametrize(
    "spoil",
    [
        _another_cell,
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in (_nobody_s_developer, _half_saved, _latin, shutil.rmtree)
        ),
    ],
)
def test_the_last_good_one_stands_in(kept: Kept, curated: Path, spoil: Callable[[Path], None]) -> None:
    kept.run("update")
    good = registry.load(curated).version
    spoil(curated)
    kept.hub.set_night(kept.today)
    done = kept.run("update", "--force")  # the Hub lost models, which is another matter
    assert f"the registry does not load: {curated}" in done.stderr and "Traceback" not in done.stderr
    said = kept.said_by("status")
    assert f"resolved with the last good registry, {good}" in said["remark"]
    assert said["registry"].startswith("does not load, nights go on with the last good one: ")
    assert said["published copy"].endswith(good) and str(kept.today) in said["newest night"]
    kept.run("doctor", code=1)


def test_it_is_read_again_once_it_is_mended(kept: Kept, curated: Path, tmp_path: Path) -> None:
    """The first night of all has nothing to fall back on: it stays landed, and the next run goes on with it."""
    shutil.move(curated, tmp_path / "away")
    shutil.copytree(tmp_path / "away", curated)
    _half_saved(curated)
    failed = kept.run("update", code=1)
    assert f"{curated / 'roots.csv'}:1: " in failed.stderr and "what is landed stays" in failed.stderr
    (run,) = landing.runs(kept.data_dir)
    assert (run.manifest.status, run.manifest.models) == ("landed", 3_000)
    assert "failed, 0 h ago: the registry does not load: " in kept.said_by("status")["last attempt"]
    kept.hub.clear_log()
    shutil.rmtree(curated)
    shutil.move(tmp_path / "away", curated)
    kept.run("update")
    assert not any("cursor" in entry.target for entry in kept.hub.requests()), "it was not walked again"
    said = kept.said_by("status")
    assert "registry" not in said and "registry" not in said.get("remark", "")
    assert f"{run.manifest.run_id} " in said["last attempt"]
