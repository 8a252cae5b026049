"""Flag over environment over ./tracker.toml over user file over default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.nobody import as_nobody
from tracker import settings
from tracker.errors import SettingsError
from tracker.scope import Scope


def test_precedence_and_origin_of_each_value(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    (home / ".config" / "tracker").mkdir(parents=True)
    here.mkdir()
    (home / ".config/tracker/tracker.toml").write_text('scope = "top:5"\nthreads = 1\nmemory_limit = "1GB"\n')
    (here / "tracker.toml").write_text('scope = "top:6"\nthreads = 3\n')
    environ = {"HOME": str(home), "TRACKER_SCOPE": "top:7", "TRACKER_DATA_DIR": "/somewhere"}

    loaded = settings.load({"scope": "top:8", "data_dir": None}, environ, here)

    assert (loaded.scope, loaded.threads, loaded.memory_limit) == ("top:8", 3, "1GB")
    assert loaded.data_dir == Path("/somewhere")
    assert loaded.origins["scope"] == "flag"
    assert loaded.origins["data_dir"] == "$TRACKER_DATA_DIR"
    assert loaded.origins["threads"].endswith("here/tracker.toml")


def test_the_hub_endpoint_is_the_clients_own_variable(tmp_path: Path) -> None:
    loaded = settings.load({}, {"HF_ENDPOINT": "http://127.0.0.1:8000/", "HOME": str(tmp_path)}, tmp_path)
    assert loaded.endpoint == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (
            {"TRACKER_READ_TIMEOUT_SECONDS": "soon"},
            "read_timeout_seconds must be a positive number",
        ),
        ({"TRACKER_THREADS": "-2"}, "threads must be a positive number"),
        ({"HF_ENDPOINT": "huggingface.co"}, "is not an http or https address"),
        ({"HF_ENDPOINT": "https://me:secret@hub.example"}, "no user name or password"),
    ],
)
def test_bad_values_are_named_with_their_place(environ: dict[str, str], told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        settings.load({}, {"HOME": str(tmp_path), **environ}, tmp_path)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_unknown_and_broken_files_are_errors(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text('token = "hf_x"\n')
    with pytest.raises(SettingsError, match="no setting called 'token'"):
        settings.load({}, {"HOME": str(tmp_path)}, tmp_path)
    (tmp_path / "tracker.toml").write_text("scope = \n")
    with pytest.raises(SettingsError, match=r"tracker\.toml: not valid TOML"):
        settings.load({}, {"HOME": str(tmp_path)}, tmp_path)


@pytest.mark.parametrize("text", ["full", "top:20000", "publisher:Qwen"])
def test_scopes_read_back_as_written(text: str) -> None:
    assert str(Scope.parse(text)) == text


@pytest.mark.parametrize("text", ["", "top", "top:0", "top:-1", "publisher:", "publisher:a/b", "everything"])
def test_other_scopes_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="for example top:20000"):
        Scope.parse(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("data_dir = 3", "data_dir must be a path, as text in quotes, not 3"),
        ("registry = ['a', 'b']", "registry must be a path"),
        ("data_dir = true", "data_dir must be a path"),
        ('data_dir = "~nobody-of-that-name/x"', "no home is known"),
        ('data_dir = "a\\\\b"', "has a backslash"),
        ('endpoint = "http://[::1"', "is not an http or https address"),
        ('endpoint = "http://hub:port"', "is not an http or https address"),
        ("endpoint = 3", "is not an http or https address"),
    ],
)
def test_a_value_of_another_kind_is_named_with_its_place(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text(text)
    with pytest.raises(SettingsError, match=re.escape(says)) as told:
        settings.load({}, {}, tmp_path)
    assert "tracker.toml" in str(told.value)


SLASH = Path("/")  # a folder that everybody may look into, without a tracker.toml


def test_without_a_home_there_is_no_user_configuration() -> None:
    def check() -> None:
        with pytest.raises(RuntimeError):
            Path("~").expanduser()
        assert settings.load({}, {}, SLASH).scope == "full"

    as_nobody(check)


def test_a_user_configuration_that_cannot_be_looked_at_is_none(tmp_path: Path) -> None:
    file = tmp_path / "config" / "tracker" / "tracker.toml"
    file.parent.mkdir(parents=True)
    file.write_text('scope = "top:5"')
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert str(settings.load({}, environ, SLASH).scope) == "top:5"
    as_nobody(lambda: _is_full(environ))


def _is_full(environ: dict[str, str]) -> None:
    assert settings.load({}, environ, SLASH).scope == "full"


def test_a_file_of_the_folder_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    def check() -> None:
        with pytest.raises(
            SettingsError, match=r"tracker\.toml cannot be read: Permission denied.*; check its owner and mode"
        ):
            settings.load({}, {}, tmp_path)

    (tmp_path / "tracker.toml").write_text('scope = "top:5"')
    as_nobody(check)
