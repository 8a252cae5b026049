"""Settings: flag > environment > ./tracker.toml > user configuration > default, in one frozen dataclass.

The Hub's token is not a setting: it comes only from huggingface_hub's own places
(`HF_TOKEN`, `hf auth login`) and is never stored, logged or passed along here.

May import: disk, errors.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker import disk
from tracker.errors import SettingsError, remember

DEFAULT_ENDPOINT = "https://huggingface.co"

FOREVER = "forever"  # as a value of keep_generations

LEAST_SECRET = 8  # letters of a part of a secret address; shorter ones are words
SECRET_ADDRESSES = ("ping_url", "webhook_url")  # who knows their paths may speak in our name

_AN_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)  # a path has lost one of its two slashes

_DERIVED = ("data_set", "origins", "source_urls")  # fields that are no setting of their own name
# begin a data_dir that is a published data set, hf://datasets/OWNER/NAME@revision, or an export in an object store
IN_A_STORE = "s3://"
ELSEWHERE = ("hf://", IN_A_STORE)
_SOURCE_URL = re.compile(r"([a-z][a-z0-9_]*)_url")

_NO_FOLDER = "the working folder is gone; change to one that is there"

# text that only some values make sense of -> these, and how a message calls them
_CHECKS = {
    "scope": (r"full|top:0*[1-9]\d*|publisher:[^/]+", "full, top:N or publisher:NAME"),
    "memory_limit": (r"(?i:\d+(\.\d+)?\s*([KMGT]i?B|B))", "a size such as 6GB or 500MB"),
    "log_format": ("text|json", "text or json"),
    "copy_state": ("night|week|month|never", "night, week, month or never"),
}

_MOST = 1e9  # 30 years of seconds
_MOST_THREADS = 1024  # each that is asked for is started
_MOST_MEMORY = 1e18  # bytes; the database counts them in 64 bits
_POWERS = ("", "K", "M", "G", "T")

# names of environment variables that do not follow TRACKER_<FIELD>
ENVIRONMENT_NAMES = {"endpoint": "HF_ENDPOINT"}


@dataclass(frozen=True)
class Settings:
    """Everything a run may be told from outside. Durations are seconds."""

    data_dir: Path = Path("data")  # where all state lives; to ask, also an export or a data set on the Hub
    registry: Path | None = None  # unset: the registry that ships with the package
    endpoint: str = DEFAULT_ENDPOINT  # the Hub
    scope: str = "full"  # full, top:N (the most downloaded) or publisher:NAME
    read_timeout_seconds: float = 30.0  # silence allowed on the wire
    page_deadline_seconds: float = 120.0  # one page from request to last byte, however it drips
    max_wait_seconds: float = 900.0  # the longest reset of a 429 that is honoured (three quota windows)
    ping_url: str | None = None  # address to call after each run of a job, with its result
    site_dir: Path | None = None  # folder of the site; unset: the jobs write none
    site_url: str = ""  # address of the site for its readers
    site_license: str = "https://creativecommons.org/licenses/by/4.0/"  # licence of figures and text; "": none
    site_models: int = 5000  # number of models with a page
    serve_hosts: str = ""  # host names that `tracker serve` answers to, with commas between them
    webhook_url: str | None = None  # address to which matches of watches are sent
    keep_landings: int = 14  # nights of raw pages
    keep_generations: int | None = None  # days whose last generation is kept; unset: all, forever
    copy_state: str = "month"  # or night, week, never: how often models, lineage are copied whole for other engines
    grace_seconds: float = 86_400.0  # seconds that files of a replaced copy are kept for open sessions
    memory_limit: str = "6GB"  # of the database; lineage holds some hundred bytes a model beside it
    threads: int = 2  # of the database
    log_file: Path | None = None  # file to which every step is logged, whatever is on stderr
    log_format: str = "text"  # text, or json: one object a line
    source_urls: Mapping[str, str] = field(default_factory=dict)  # TRACKER_<SOURCE>_URL: where a source is asked
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)  # field -> where its value came from
    data_set: str | None = None  # the data set on the Hub, or export in a store, whose files data_dir holds


def load(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
    *,
    fetch: Callable[[Settings], Path] | None = None,
) -> Settings:
    """Return the settings that hold for this process.

    `flags` are values given on the command line (None means not given), `directory` is where
    `tracker.toml` is looked for. `fetch` brings a data set of the Hub, or an export in an object store, that is named
    instead of a data folder to this machine, for who only asks. Raises SettingsError that names the place of a bad
    value, and, without `fetch`, where such a place is named.
    """
    environ = os.environ if environ is None else environ
    settings = Settings()
    here = directory or _working_folder()
    layers = [_read_user_file(environ), _read_own_file(here / "tracker.toml") if here else ("", {})]
    addresses = [name[len("TRACKER_") :].lower() for name in environ if re.fullmatch(r"TRACKER_[A-Z]\w*_URL", name)]
    variables = {ENVIRONMENT_NAMES.get(name, f"TRACKER_{name.upper()}"): name for name in (*_names(), *addresses)}
    layers += [
        (f"${variable}", {name: environ[variable]}) for variable, name in variables.items() if environ.get(variable)
    ]
    layers.append(("flag", {key: value for key, value in (flags or {}).items() if value is not None}))
    for origin, layer in layers:
        settings = _apply(settings, layer, origin)
    if here is None and not settings.data_dir.is_absolute():
        raise SettingsError(f"data_dir {str(settings.data_dir)!r}: {_NO_FOLDER}, or name it from the root on")
    if settings.data_set is None:
        return settings
    if fetch is None:
        raise SettingsError(
            f"{settings.data_set} is a copy to ask, not a data folder: what is collected, and how that went, stays in "
            "the folder that it came from; name that with --data-dir, or another"
        )
    return replace(settings, data_dir=fetch(settings))


def require_client(environ: Mapping[str, str] | None = None) -> None:
    """Raise SettingsError for what the Hub's client cannot even be imported with: it reads numbers then."""
    environ = os.environ if environ is None else environ
    for name in ("HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT"):
        try:
            int(environ.get(name, "0"))
        except ValueError:
            raise SettingsError(f"{name} must be a whole number of seconds; correct or unset it") from None


def _working_folder() -> Path | None:
    """Return where we are; None where that folder is gone."""
    try:
        return Path.cwd()
    except OSError:
        return None


def data_dir(named: str | None = None) -> Path | None:
    """Return the data folder as far as it can be told, also where another setting makes no sense; None where it cannot.

    `named` is what the command line says.
    """
    try:
        return load({"data_dir": named}).data_dir
    except SettingsError:
        pass
    try:
        other = os.environ.get("TRACKER_DATA_DIR") or Settings.data_dir
        return _place("data_dir", other if named is None else named, "")
    except SettingsError:
        return None


def _user_file(environ: Mapping[str, str]) -> Path | None:
    """Return where a user keeps settings; None where no home is known, as of a container's number without a name."""
    if base := environ.get("XDG_CONFIG_HOME"):
        return Path(base) / "tracker" / "tracker.toml"
    try:
        return Path(environ.get("HOME") or "~").expanduser() / ".config" / "tracker" / "tracker.toml"
    except RuntimeError:
        return None


def _read_user_file(environ: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the user's settings with their place; what cannot be looked at, as in the home of another, is none."""
    path = _user_file(environ)
    if path is None:
        return "", {}
    try:
        return path.as_posix(), _read_toml(path)
    except OSError:
        return path.as_posix(), {}


def _read_toml(path: Path) -> dict[str, Any]:
    if not disk.has_file(path):
        return {}
    import tomllib

    try:
        return tomllib.loads(disk.read_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _read_own_file(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the settings of the folder; a file there that may not be read was meant."""
    try:
        return path.as_posix(), _read_toml(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {disk.told(error)}") from None


def _apply(settings: Settings, layer: Mapping[str, Any], origin: str) -> Settings:
    for name, value in layer.items():
        origins = {**settings.origins, name: origin}
        if name == "data_dir" and str(value).startswith(ELSEWHERE):
            settings = replace(settings, data_set=str(value), origins=origins)
        elif name == "data_dir":
            settings = replace(settings, data_dir=_parse(name, value, origin), data_set=None, origins=origins)
        elif name in _names():
            settings = replace(settings, **{name: _parse(name, value, origin)}, origins=origins)
        elif source := _SOURCE_URL.fullmatch(name):
            addresses = {**settings.source_urls, source[1]: _address(name, str(value), origin)}
            settings = replace(settings, source_urls=addresses, origins=origins)
        else:
            known = ", ".join([*_names(), "<source>_url"])
            raise SettingsError(f"{origin}: no setting called {name!r}; known: {known}")
    return settings


def _names() -> list[str]:
    """Return the names of all settings but the addresses of sources."""
    return [each.name for each in fields(Settings) if each.name not in _DERIVED]


def _parse(name: str, value: Any, origin: str) -> Any:
    if name in ("data_dir", "registry", "log_file", "site_dir"):
        return _place(name, value, origin)
    if name in ("endpoint", "site_url"):
        return _address(name, str(value), origin)
    if name == "keep_generations":
        return None if value == FOREVER else _days(name, value, origin)
    if name.endswith("_seconds") or name in ("threads", "keep_landings", "site_models"):
        return _positive(name, value, origin)
    return _text(name, value, origin)


def _text(name: str, value: Any, origin: str) -> str:
    """Return a text that its setting can take; a number or a list is none."""
    if not isinstance(value, str) or "\0" in value:
        raise SettingsError(f"{origin}: {name} must be text in quotes, not {value!r}")
    if name in SECRET_ADDRESSES:
        _remember_path(value)
    if name in _CHECKS and not re.fullmatch(_CHECKS[name][0], value):
        raise SettingsError(f"{origin}: {name} {value!r} is not {_CHECKS[name][1]}")
    if name == "memory_limit" and not 0 < _bytes(value) <= _MOST_MEMORY:
        raise SettingsError(f"{origin}: {name} {value!r} is no memory of a machine; write {_CHECKS[name][1]}")
    return value


def _bytes(size: str) -> float:
    """Return about how many bytes a size is."""
    number, unit = re.split(r"(?<=[\d.])\s*(?=[A-Za-z])", size, maxsplit=1)
    return float(number) * 1000.0 ** _POWERS.index(unit.upper().removesuffix("B").removesuffix("I"))


def _remember_path(address: str) -> None:
    """Hide the parts of an address behind its host."""
    for piece in re.split(r"[/?#&=]+", address.partition("://")[2])[1:]:
        if len(piece) >= LEAST_SECRET:
            remember(piece)


def _place(name: str, value: Any, origin: str) -> Path:
    """Return a path that everything can work with; raise SettingsError for what is none."""
    if not isinstance(value, (str, Path)) or "\0" in str(value):
        raise SettingsError(f"{origin}: {name} must be a path, as text in quotes, not {value!r}")
    if not str(value):
        raise SettingsError(f"{origin}: {name} is empty; write the name of a place, or leave {name} away")
    if _AN_ADDRESS.match(str(value)):
        other = ", hf://datasets/OWNER/NAME@revision or s3://BUCKET/PREFIX" if name == "data_dir" else ""
        raise SettingsError(f"{origin}: {name} is an address; name a place on this machine{other}")
    try:
        path = Path(value).expanduser()
        whole = str(path.absolute())
    except RuntimeError:
        raise SettingsError(f"{origin}: {name} {str(value)!r}: no home is known for it; write the whole path") from None
    except OSError as error:
        raise SettingsError(f"{origin}: {name} {str(value)!r}: {_NO_FOLDER}, or name it from the root on") from error
    if not whole.isascii() and os.fsencode(whole) != whole.encode("utf-8", "replace"):
        raise SettingsError(f"{origin}: {name} {whole!r} has a byte that is no UTF-8; give the place another name")
    if "\\" in whole:
        raise SettingsError(
            f"{origin}: {name} {whole!r} has a backslash, which the database takes for a slash; name another folder"
        )
    return path


def _positive(name: str, value: Any, origin: str) -> float | int:
    is_whole = not name.endswith("_seconds")
    try:
        number = -1.0 if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = -1.0
    if not 0 < number < _MOST or (is_whole and not number.is_integer()):
        kind = "whole number" if is_whole and number > 0 else "number"
        raise SettingsError(f"{origin}: {name} must be a positive {kind}, not {value!r}")
    if name == "threads" and number > _MOST_THREADS:
        raise SettingsError(f"{origin}: {name} must be at most {_MOST_THREADS:,}, not {value!r}")
    return int(number) if is_whole else number


def _days(name: str, value: Any, origin: str) -> int:
    try:
        return int(_positive(name, value, origin))
    except SettingsError:
        raise SettingsError(f"{origin}: {name} must be {FOREVER} or a whole number of days, not {value!r}") from None


def seconds(name: str, value: float) -> float:
    """Return a time that a caller allows; raise SettingsError for what is no time, as NaN and infinity."""
    if not 0 < value < _MOST:
        raise SettingsError(f"{name} must be a positive number of seconds, not {value!r}")
    return value


def _address(name: str, value: str, origin: str) -> str:
    """Return an address that paths can be put behind; raise SettingsError, without what is secret, for what is none."""
    if "@" in value.partition("://")[2].partition("/")[0] or ("@" in value and "://" not in value):
        raise SettingsError(f"{origin}: {name} carries no user name or password; take out what stands before the @")
    if not value.isprintable() or " " in value:
        raise SettingsError(f"{origin}: {name} has a blank, or a character that no address has; write https://HOST")
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a bracket that is not closed, a port that is no number
        known = False
    if not known or "@" in parts.path:
        shown = repr(value) if "@" not in value else "as it is set"
        raise SettingsError(f"{origin}: {name} {shown} is not an http or https address; write https://HOST")
    if parts.query or parts.fragment:
        raise SettingsError(f"{origin}: {name} ends in a ? or # and what follows it; leave that away")
    return value.rstrip("/")
