"""What is wrong with the way out is told before the first request, by everyone who sends, and secrets are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.command_line import called
from tests.sources.loopback import Served, serving
from tracker.settings import Settings
from tracker.sources.hub_models.confirm import confirm_disappearances

PLANTED = "pl4nted"
FAULTS = [
    ({"http_proxy": f"socks5://user:{PLANTED}@127.0.0.1:9"}, "http_proxy names a SOCKS proxy"),
    ({"ALL_PROXY": f"http://user:{PLANTED}#x@127.0.0.1:9"}, "ALL_PROXY has a #, / or ?"),
    ({"http_proxy": f"http://127.0.0.1:{PLANTED}"}, "http_proxy has a port that is no number"),
    ({"HF_TOKEN": f"hf_{PLANTED}AbCdEfGh…"}, "HF_TOKEN holds a character that no token has"),
    ({"HUGGING_FACE_HUB_TOKEN": f"{PLANTED} {PLANTED}"}, "HUGGING_FACE_HUB_TOKEN holds a blank"),
    ({"SSL_CERT_FILE": "/absent/ca.pem"}, "SSL_CERT_FILE names /absent/ca.pem, which is not there"),
]


def secrets_in(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in found if PLANTED.encode() in path.read_bytes()]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Run a command against a Hub that nobody may ask; return its exit code and all that it printed."""
    monkeypatch.chdir(tmp_path)

    def run(server: Served, environ: dict[str, str], *arguments: str) -> tuple[int, str]:
        for name, value in {"HF_ENDPOINT": server.address, **environ}.items():
            monkeypatch.setenv(name, value)
        done = called(*arguments, "--data-dir", str(tmp_path / "data"))
        assert server.heard == []
        assert PLANTED not in done.stdout + done.stderr and "Traceback" not in done.stderr
        assert secrets_in(tmp_path) == []
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(("environ", "wanted"), FAULTS)
def test_the_collector_says_it_in_one_line_and_leaves_a_trace(said, tmp_path: Path, environ, wanted: str) -> None:
    with serving({"*": b"[]"}) as server:
        code, told = said(server, environ, "update")
        assert code == 2 and told.startswith(f"error: {wanted}") and told.count("\n") == 1
        _, told = said(server, environ, "status", "--runs", "--json")
    (run,) = json.loads(told)["rows"]
    assert run["status"] == "failed" and run["reason"].startswith(wanted) and run["finished_at"]


@pytest.mark.parametrize(("environ", "wanted"), FAULTS)
def test_whether_a_night_is_due_is_not_guessed_then(said, environ, wanted: str) -> None:
    with serving({"*": b"[]"}) as server:
        code, told = said(server, environ, "update", "--if-due")
    assert code == 2 and wanted in told


def test_a_stored_token_is_named_by_its_file(said, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(constants.HF_TOKEN_PATH).mkdir()
    with serving({"*": b"[]"}) as server:
        code, told = said(server, {}, "collect")
    assert code == 2 and f"the stored token {constants.HF_TOKEN_PATH} cannot be read (Is a directory)" in told


@pytest.mark.parametrize(("environ", "wanted"), FAULTS)
def test_confirming_loses_no_night_over_it(tmp_path: Path, monkeypatch, caplog, environ, wanted: str) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with serving({"*": b"{}"}) as server:
        settings = Settings(data_dir=tmp_path, endpoint=server.address)
        assert confirm_disappearances(settings, [("a" * 24, "some/model")]) == []
        assert server.heard == []
    assert wanted in caplog.text and PLANTED not in caplog.text
