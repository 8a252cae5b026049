"""The token that goes to the Hub: looked at before it is sent, remembered so that it is shown nowhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from huggingface_hub import constants, get_token
from huggingface_hub.errors import OIDCError
from huggingface_hub.utils import build_hf_headers

from tracker import __version__
from tracker.errors import SettingsError, SourceError, remember
from tracker.errors.secrets import TOKEN

VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")  # the first that is set counts, then the stored token
OF_A_JOB = "HF_OIDC_RESOURCE"  # the client asks for a token of its own then
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
    """Return the headers of a request to the Hub, the token among them. Raises SettingsError, SourceError."""
    try:
        made = build_hf_headers(library_name="hub-adoption-tracker", library_version=__version__)
    except (OSError, UnicodeError) as error:
        raise _unreadable(_place(), error) from None
    except OIDCError as error:
        raise SourceError(f"{OF_A_JOB} is set, and no token could be had by it: {error}") from error
    remember(made.get("authorization", "").removeprefix("Bearer "), TOKEN)
    agent = made.get("user-agent", "")
    if not (agent.isascii() and agent.isprintable()):
        raise SettingsError("HF_HUB_USER_AGENT_ORIGIN holds a character that no header may have; unset it")
    return made


def _place() -> str:
    """Return what is asked for the token first, as the client does it."""
    found = next((name for name in VARIABLES if os.environ.get(name)), None)
    return found if found and os.environ[found].strip() else f"the stored token {constants.HF_TOKEN_PATH}"


def _read(place: str) -> str | None:
    try:
        if place not in VARIABLES and stat.S_ISFIFO(Path(constants.HF_TOKEN_PATH).stat().st_mode):
            raise SettingsError(f"{place} is a pipe, which can be read once alone; {_NEXT}")
    except FileNotFoundError:
        return get_token()
    except OSError as error:
        raise _unreadable(place, error) from None
    try:
        return get_token()
    except (OSError, UnicodeError) as error:
        raise _unreadable(place, error) from None


def _unreadable(place: str, error: OSError | UnicodeError) -> SettingsError:
    why = error.strerror if isinstance(error, OSError) else "it is no text"
    return SettingsError(f"{place} cannot be read ({why}); check its owner and its rights, {_NEXT}")
