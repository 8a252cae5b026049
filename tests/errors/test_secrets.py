"""Nothing secret is shown: tokens, keys, passwords of addresses and their pieces, whoever complains of them."""

from __future__ import annotations

import time
import traceback

import pytest

from tracker.errors import SourceError, redact, remember
from tracker.errors import secrets as kept


@pytest.fixture(autouse=True)
def _nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_told", {})
    for name in (*kept.TOKENS, *kept.ADDRESSES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://me:pa55@proxy:3128 failed", "http://[hidden]@proxy:3128 failed"),
        ("'socks5h://me:p@ss:w0rd@[::1]:9'", "'socks5h://[hidden]@[::1]:9'"),
        ("https://u:se#cr/et?x@h/path", "https://[hidden]@h/path"),
        ("http://only-a-key@host/", "http://[hidden]@host/"),
        ("https://u:12#34@h", "https://[hidden]@h"),
        ("https://huggingface.co/@someone and http://h:8080/@me", None),
        ("mail me@example.org, see http://h:8080/x", None),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [token]"),
        ("Proxy-Authorization: Basic dTpw", "Proxy-Authorization: Basic [token]"),
        ("token hf_abcdefghijklmnopqrstuvwxyz…", "token [token]"),
        ("hf_hub/2.4.0 and hf_transfer, hf_xet", None),
    ],
)
def test_what_looks_secret_is_hidden(text: str, shown: str | None) -> None:
    assert redact(text) == (shown or text)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "ALL_PROXY", "HF_ENDPOINT"])
@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ("http://user:sekret#pw@127.0.0.1:9", "Invalid port: 'sekret'", "Invalid port: '[hidden]'"),
        ("user:pa%24s%2Fword@proxy:1", "tried pa$s/word, then pa%24s%2Fword", "tried [hidden], then [hidden]"),
        ("http://user:two words@p", "no host in two words", "no host in [hidden]"),
        ("http://user:a?bcd@p", "the query is bcd, abcd is none", "the query is [hidden], abcd is none"),
    ],
)
def test_pieces_of_a_password_are_hidden(monkeypatch, name: str, address: str, said: str, shown: str) -> None:
    monkeypatch.setenv(name, address)
    assert redact(said) == shown


@pytest.mark.parametrize("name", kept.TOKENS)
@pytest.mark.parametrize("token", ["no-usual-form", "two words", "ünïcode…", "a\\b'c--d"])
def test_a_token_of_the_environment_is_hidden_in_every_form(monkeypatch, name: str, token: str) -> None:
    monkeypatch.setenv(name, token)
    for form in (token, repr(token), ascii(token), f"x{token}y", f"Bearer {token}"):
        told = redact(form)
        assert token not in told and "[token]" in told
        assert token.encode("ascii", "backslashreplace").decode() not in told


def test_what_is_told_at_run_time_is_hidden_from_then_on() -> None:
    error = SourceError("the key 9f8e7d6c is wrong")
    assert "9f8e7d6c" in str(error)
    remember("9f8e7d6c", "[key]")
    assert str(error) == "the key [key] is wrong"
    assert "9f8e7d6c" not in "".join(traceback.format_exception(error))
    remember("")
    remember("ab")  # what is so short tells nothing
    assert redact("about ab") == "about ab"


def test_a_short_password_is_hidden_as_a_word_alone() -> None:
    remember("cat")
    assert redact("cat, category and 'cat'") == "[hidden], category and '[hidden]'"


@pytest.mark.parametrize("piece", ["a", "a://b:c", "a://", "://@", "hf_", "a://b@"])
def test_a_long_text_of_a_stranger_is_looked_through_in_a_moment(piece: str) -> None:
    began = time.process_time()
    redact(piece * (300_000 // len(piece)))
    assert time.process_time() - began < 10
