"""Flag over environment over ./tracker.toml over user file over default."""

from __future__ import annotations

import os
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
        ({"TRACKER_THREADS": "1025"}, "threads must be at most 1,024"),
        ({"TRACKER_MEMORY_LIMIT": "0B"}, "'0B' is no memory of a machine; write a size such as 6GB"),
        ({"TRACKER_MEMORY_LIMIT": "9999999 TiB"}, "is no memory of a machine"),
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


def test_a_mark_of_byte_order_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text('scope = "top:7"\n', encoding="utf-8-sig")
    assert settings.load({}, {"HOME": str(tmp_path)}, tmp_path).scope == "top:7"


def test_a_place_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"data_dir '/x/\\udcff' has a byte that is no UTF-8"):
        settings.load({"data_dir": os.fsdecode(b"/x/\xff")}, {"HOME": str(tmp_path)}, tmp_path)
    assert settings.load({"data_dir": "/x/\u00fc"}, {"HOME": str(tmp_path)}, tmp_path).data_dir == Path("/x/\u00fc")


def test_a_flag_that_is_empty_stands_for_no_other_folder() -> None:
    assert settings.data_dir("") is None


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
        ('data_dir = ""', "data_dir is empty; write the name of a place"),
        ('log_file = ""', "log_file is empty"),
        ('data_dir = "gs://bucket/x"', "is an address; name a place on this machine"),
        ('registry = "https://me:planted@hub.example/x"', "registry is an address"),
        ("scope = " + "[" * 100_000, "not valid TOML"),
        ('endpoint = "http://[::1"', "is not an http or https address"),
        ('endpoint = "http://hub:port"', "is not an http or https address"),
        ("endpoint = 3", "is not an http or https address"),
        ('scope = ["full"]', "scope must be text in quotes, not ['full']"),
        ("scope = 5", "scope must be text in quotes"),
        ('scope = "nonsense"', "scope 'nonsense' is not full, top:N or publisher:NAME"),
        ("memory_limit = 6", "memory_limit must be text in quotes"),
        ('memory_limit = "lots"', "is not a size such as 6GB or 500MB"),
        ("ping_url = 2026-11-01", "ping_url must be text in quotes"),
        ('log_format = "xml"', "log_format 'xml' is not text or json"),
        ("log_file = 5", "log_file must be a path"),
        ("threads = nan", "threads must be a positive number, not nan"),
        ("threads = true", "threads must be a positive number, not True"),
        ("threads = 1.5", "threads must be a positive whole number, not 1.5"),
        ("threads = 99999999999999999999", "threads must be a positive"),
        ("keep_landings = -3", "keep_landings must be a positive number"),
        ("keep_generations = 0", "keep_generations must be forever or a whole number of days, not 0"),
        ('keep_generations = "for ever"', "keep_generations must be forever or a whole number of days, not 'for ever'"),
        ("grace_seconds = []", "grace_seconds must be a positive number, not []"),
        ("[max_wait_seconds]", "max_wait_seconds must be a positive number, not {}"),
        ("thread = 2", "no setting called 'thread'"),
    ],
)
def test_a_value_of_another_kind_is_named_with_its_place(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text(text)
    with pytest.raises(SettingsError, match=re.escape(says)) as told:
        settings.load({}, {}, tmp_path)
    assert "tracker.toml" in str(told.value)


def test_how_long_generations_are_kept_is_days_or_forever(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text("keep_generations = 30")
    assert settings.load({}, {}, tmp_path).keep_generations == 30
    assert settings.load({}, {"TRACKER_KEEP_GENERATIONS": "7"}, tmp_path).keep_generations == 7
    assert settings.load({}, {"TRACKER_KEEP_GENERATIONS": "forever"}, tmp_path).keep_generations is None


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


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a link to nowhere", "no text"])
def test_what_stands_in_the_place_of_the_file_is_said(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "tracker.toml"
    made = {"a folder": place.mkdir, "a pipe": lambda: os.mkfifo(place), "no text": lambda: place.write_bytes(b"\xff")}
    made.get(kind, lambda: place.symlink_to("nowhere"))()
    with pytest.raises(SettingsError, match=r"tracker\.toml") as told:
        settings.load({}, {}, tmp_path)
    assert kind.removesuffix(" to nowhere") in str(told.value) or "not valid TOML" in str(told.value)


@pytest.mark.parametrize(
    ("environ", "flags"),
    [({}, {}), ({"TRACKER_DATA_DIR": "here"}, {}), ({"TRACKER_DATA_DIR": "/there"}, {"registry": "here"})],
)
def test_where_the_working_folder_is_gone_only_whole_paths_are_places(
    environ: dict[str, str], flags: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gone").mkdir()
    os.chdir("gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(SettingsError, match="the working folder is gone; change to one that is there, or name it from"):
        settings.load(flags, environ)
    assert settings.load({"data_dir": "/there"}, {}).data_dir == Path("/there")
