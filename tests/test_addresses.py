"""An address that is none is told by its place, without what is secret; `doctor` tells the rest of the way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.command_line import called
from tracker import settings
from tracker.errors import SettingsError, redact
from tracker.errors import secrets as kept

PLANTED = "pl4nted"
NO_ADDRESS = "is not an http or https address; write https://HOST"

WRONG = [
    ("huggingface.co", NO_ADDRESS),
    ("ftp://huggingface.co", NO_ADDRESS),
    ("file:///etc/passwd", NO_ADDRESS),
    ("https://", NO_ADDRESS),
    ("https://:443", NO_ADDRESS),
    ("https://hub:port", NO_ADDRESS),
    ("https://hub:0", NO_ADDRESS),
    ("https://hub:65536", NO_ADDRESS),
    ("https://[::1", NO_ADDRESS),
    (" https://hub", "has a blank"),
    ("https://hub ", "has a blank"),
    ("https://hu b", "has a blank"),
    ("https://hub\n", "has a blank"),
    ("https://hub\u200b", "has a blank, or a character that no address has"),
    (f"https://me:{PLANTED}@hub", "carries no user name or password"),
    (f"https://{PLANTED}@hub", "carries no user name or password"),
    (f"me:{PLANTED}@hub", "carries no user name or password"),
    (f"https://me:{PLANTED}#x@hub", "carries no user name or password"),
    (f"https://me:{PLANTED}/x@hub", NO_ADDRESS),
    (f"https://me:1/{PLANTED}@hub", NO_ADDRESS),
    ("https://hub?mirror=1", "ends in a ? or #"),
    ("https://hub/path#here", "ends in a ? or #"),
]
RIGHT = ["http://127.0.0.1:8000", "https://mirror.example/hub/", "HTTPS://HUB", "https://[::1]:443", "https://hub_1."]


@pytest.mark.parametrize(("value", "said"), WRONG)
@pytest.mark.parametrize("name", ["HF_ENDPOINT", "TRACKER_MADE_URL", "tracker.toml"])
def test_what_is_no_address_is_told_by_its_place(tmp_path: Path, monkeypatch, name: str, value: str, said: str) -> None:
    monkeypatch.setattr(kept, "_told", {})
    if name == "tracker.toml":
        (tmp_path / name).write_text(f"endpoint = {json.dumps(value)}")
    with pytest.raises(SettingsError) as caught:
        settings.load({}, {} if name == "tracker.toml" else {name: value}, tmp_path)
    told = str(caught.value)
    assert name in told and said in told and PLANTED not in told and "\n" not in told


@pytest.mark.parametrize("value", RIGHT)
def test_what_the_client_can_ask_is_taken(tmp_path: Path, value: str) -> None:
    assert settings.load({}, {"HF_ENDPOINT": value}, tmp_path).endpoint == value.rstrip("/")


def test_the_path_of_pings_is_hidden_once_it_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_told", {})
    settings.load({}, {"TRACKER_PING_URL": "https://hc.example/ping/0f1e2d3c-secret"}, tmp_path)
    assert redact("with url: /ping/0f1e2d3c-secret/0") == "with url: /ping/[hidden]/0"


@pytest.mark.parametrize("name", ["HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT"])
@pytest.mark.parametrize("command", ["update", "collect", "load", "doctor"])
def test_what_the_client_cannot_start_with_is_told(tmp_path: Path, monkeypatch, name: str, command: str) -> None:
    monkeypatch.setenv(name, "10 s")
    done = called(command, "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 2 and done.stderr.startswith(f"error: {name} must be a whole number of seconds")


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "_told", {})
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    def examine(**environ: str) -> dict[str, tuple[str, str]]:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        done = called("doctor", "--json", "--data-dir", str(tmp_path / "data"))
        assert PLANTED not in done.stdout + done.stderr
        return {row["check"]: (row["verdict"], row["finding"]) for row in json.loads(done.stdout)["rows"]}

    return examine


def test_doctor_says_how_it_would_go(doctor) -> None:
    told = doctor(https_proxy=f"http://me:{PLANTED}@proxy:3128", HF_TOKEN=f"hf_{PLANTED}AbCdEf")
    assert told["endpoint"] == ("fine", "https://huggingface.co, from the default")
    assert told["certificates"] == ("fine", "those of the system")
    assert told["proxy"] == ("fine", "proxy:3128, from https_proxy")
    assert told["token"] == ("fine", "HF_TOKEN")
    assert doctor(no_proxy="*", NO_PROXY="*")["proxy"] == ("fine", "none: huggingface.co is asked directly")


def test_doctor_says_what_is_wrong_in_lines_of_their_own(doctor, tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    told = doctor(
        https_proxy=f"http://me:{PLANTED}#x@proxy",
        SSL_CERT_FILE="/absent/ca.pem",
        REQUESTS_CA_BUNDLE="/absent/bundle.pem",
        TRACKER_PING_URL="https://hc.example/uuid",
        HF_ENDPOINT="https://999.1.1.1",
    )
    assert told["endpoint"] == ("wrong", "$HF_ENDPOINT: the Hub's address cannot be read; write https://HOST")
    assert told["certificates"][0] == "wrong" and "/absent/ca.pem, which is not there" in told["certificates"][1]
    assert told["token"][0] == "wrong" and "cannot be read (Is a directory)" in told["token"][1]
    assert told["way of pings"][0] == "wrong" and "REQUESTS_CA_BUNDLE names /absent" in told["way of pings"][1]
    told = doctor(HF_ENDPOINT="https://hub.example", SSL_CERT_FILE="", HF_TOKEN="…")
    assert told["proxy"][0] == "wrong" and "https_proxy has a #, / or ?" in told["proxy"][1]
    assert told["token"][0] == "wrong" and "HF_TOKEN holds a character that no token has" in told["token"][1]
