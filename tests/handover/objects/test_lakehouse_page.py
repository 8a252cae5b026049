"""The page on lakehouses: its Python and its commands work in their order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests import planted
from tests.command_line import called
from tests.handover.objects.exported import Exported

PAGE = Path(__file__).parents[3] / "docs" / "lakehouse.md"


@pytest.mark.filterwarnings("ignore")
def test_what_the_page_shows_works(exported: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("deltalake", "datafusion"):
        pytest.importorskip(package, reason="`make extras` installs it")
    monkeypatch.chdir(tmp_path)
    Path("data").symlink_to(planted.folder())
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    blocks = re.findall(r"```(console|python)\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for kind, text in blocks:
        if kind == "python":
            exec(text, names)
            continue
        done = called(*shlex.split(text)[2:])
        told = "s3://bucket/hub-adoption/_exports/000001.json" if " export " in text else "\tQwen\t"
        assert done.returncode == 0 and told in done.stdout, done.stderr
    assert len(blocks) == 6
    for name in ("frame", "downloads", "told", "lineage"):
        assert len(names[name]) > 0  # type: ignore[arg-type]
