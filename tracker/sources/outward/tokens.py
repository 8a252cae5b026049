"""The token that goes to the Hub: looked at before it is sent, remembered so that it is shown nowhere."""

from __future__ import annotations

import logging
import os
import platform
import stat
from contextlib import suppress
from pathlib import Path

from huggingface_hub import __version__ as hub_version
from huggingface_hub import constants, get_token
from huggingface_hub.errors import OIDCError

from tracker import __version__
from tracker.errors import SettingsError, SourceError, redact, remember
from tracker.errors.secrets import TOKEN
from tracker.errors.unforeseen import in_short

VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")  # the first that is set counts, then the stored token
OF_A_JOB = "HF_OIDC_RESOURCE"  # the client asks for a token of its own then
AGENT = f"hub-adoption-tracker/{__version__}; hf_hub/{hub_version}; python/{platform.python_version()}"
_LEAST_TOKEN = 12  # letters of a word in the client's files: names of tokens and fields are shorter, mostly
_NEXT = "set HF_TOKEN, or run `hf auth login` again"


def check() -> str | None:
    """Look at the token that would be sent; return where it comes from, None where none is.

    Raises SettingsError where it cannot be read, or cannot be a token.
    """
    if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN:
        return None
    if os.environ.get(OF_A_JOB):
        return OF_A_JOB
    place = _place()
    token = _read(place)
    if token is None:
        return None
    remember(token, TOKEN)
    if not token.isascii():
        raise SettingsError(f"{place} holds a character that no token has, as of a text that was cut; {_NEXT}")
    if any(not "!" <= letter <= "~" for letter in token):
        raise SettingsError(f"{place} holds a blank or a control character within the token; {_NEXT}")
    return place


def headers() -> dict[str, str]:
    """Return the headers of a request to the Hub, the token among them. Raises SettingsError, SourceError.

    The client's own `build_hf_headers` asks the Hub for a list of agents first, and fails by what it answers.
    """
    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else _in_use()
    remember(token or "", TOKEN)
    return {"user-agent": AGENT} | ({"authorization": f"Bearer {token}"} if token else {})


def _in_use() -> str | None:
    _remember_files()
    try:
        return get_token()
    except (OSError, UnicodeError, OIDCError) as error:
        if os.environ.get(OF_A_JOB):
            raise SourceError(f"{OF_A_JOB} is set, and no token could be had by it: {in_short(error)}") from error
        if isinstance(error, OIDCError):
            raise
        raise _unreadable(_place(), error) from None


def _place() -> str:
    """Return what is asked for the token first, as the client does it."""
    found = next((name for name in VARIABLES if os.environ.get(name)), None)
    return found if found and os.environ[found].strip() else f"the stored token {constants.HF_TOKEN_PATH}"


def _remember_files() -> None:
    """Hide what stands in the client's files before it reads them: it quotes lines that it cannot make sense of.

    It tells its log by a handler of its own, which knows of no secrets.
    """
    for place in (constants.HF_TOKEN_PATH, constants.HF_STORED_TOKENS_PATH):
        with suppress(OSError, UnicodeError):
            if Path(place).is_file():
                for word in Path(place).read_text(encoding="utf-8").split():
                    remember(word if len(word) >= _LEAST_TOKEN else "", TOKEN)
    for handler in logging.getLogger("huggingface_hub").handlers:
        handler.addFilter(_HIDING)


class _Hiding(logging.Filter):
    """Takes what is secret out of lines of a log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_HIDING = _Hiding()


def _read(place: str) -> str | None:
    _remember_files()
    try:
        if place not in VARIABLES:
            _require_an_end(place)
    except FileNotFoundError:
        return get_token()
    except OSError as error:
        raise _unreadable(place, error) from None
    try:
        return get_token()
    except (OSError, UnicodeError) as error:
        raise _unreadable(place, error) from None


def _require_an_end(place: str) -> None:
    """Raise SettingsError for what the client would wait for, or read until memory is full: a pipe, a device."""
    found = Path(constants.HF_TOKEN_PATH).stat()
    if stat.S_ISFIFO(found.st_mode):
        raise SettingsError(f"{place} is a pipe, which can be read once alone; {_NEXT}")
    if stat.S_ISCHR(found.st_mode) and not Path(constants.HF_TOKEN_PATH).samefile(os.devnull):
        raise SettingsError(f"{place} is a device; {_NEXT}")


def _unreadable(place: str, error: OSError | UnicodeError) -> SettingsError:
    why = error.strerror if isinstance(error, OSError) else "it is no text"
    return SettingsError(f"{place} cannot be read ({why}); check its owner and its rights, {_NEXT}")
