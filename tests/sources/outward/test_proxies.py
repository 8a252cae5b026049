"""A proxy that cannot be used is told before anything is sent, without its password; others stand in nobody's way."""

from __future__ import annotations

import random

import httpx2
import pytest
from httpx2._utils import get_environment_proxies

from tracker.errors import SettingsError
from tracker.settings import Settings
from tracker.sources.outward import hub, plain

HUB = "https://hub.example"

# address, what is said of it for the Hub, and for others where that differs ("" where it is taken)
WRONG = (
    ("socks5://proxy:1080", "SOCKS proxy, and the package socksio is missing; run `pip install socksio`", "PySocks"),
    ("socks5h://u:sekretA@proxy", "the package socksio is missing", "the package PySocks is missing"),
    ("socks4://proxy:1", "has scheme 'socks4'", "PySocks"),
    ("foo://u:sekretA@proxy:1", "has scheme 'foo'", None),
    ("ftp://proxy:21", "has scheme 'ftp'", None),
    ("://sekretA", "has a scheme that cannot be read", None),
    ("http://", "names no host", None),
    ("http://u:sekretA@:80", "names no host", None),
    ("http:///path", "names no host", None),
    ("http://proxy:sekretA", "has a port that is no number", None),
    ("http://u:sekretA@proxy:80a", "has a port that is no number", None),
    ("http://proxy:١٢", "has a port that is no number", None),
    ("http://proxy:0", "has port 0; write one from 1 to 65535", None),
    ("http://proxy:65536", "has port 65536", None),
    ("http://u:sekretA#sekretB@proxy:1", "has a #, / or ? in its user name or password", None),
    ("http://u:12#sekretB@proxy:1", "has a #, / or ? in its user name or password", None),
    ("http://u:sekretA?sekretB@proxy:1", "has a #, / or ? in its user name or password", None),
    ("http://u:sekretA/sekretB@proxy:1", "has a #, / or ? in its user name or password", None),
    ("http://::1:3128", "an IPv6 address without brackets", None),
    ("http://[::1:3128", "an IPv6 address that cannot be read", None),
    ("http://u:sekretA@[::g]:3128", "an IPv6 address that cannot be read", None),
    ("http://two words:1", "a host that none can be called", None),
    ("http://u:sekretA@a..b:1", "a host that none can be called", None),
    (f"http://{'a' * 64}.example", "a host that none can be called", None),
    ('"http://proxy:1"', "has a scheme that cannot be read", None),
    ("http://proxy:1\n", "begins or ends with a blank", None),
    (" http://proxy:1", "begins or ends with a blank", None),
    ("http://u:sekretA@999.1.1.1:80", "cannot be read as the address of a proxy", ""),
    ("http://u:sekretA\\sekretB@proxy:80", "", "cannot be read as the address of a proxy"),
    ("proxy:3128", "", "cannot be read as the address of a proxy"),
)

RIGHT = (
    "http://proxy:3128",
    "HTTP://PROXY",
    "https://proxy:443/",
    "http://u:p%23%2Fw@proxy:1",
    "http://u:p@w@proxy:1",
    "http://u:two words@proxy:1",
    "http://u:pä@proxy:1",
    "http://only-user@proxy:1",
    "http://[::1]:3128",
    "http://u:p@[2001:db8::1]",
    "http://proxy:",
    "http://proxy_1.local:80/ignored?too",
)


def said_of_the_hub(url: str = HUB) -> str:
    try:
        hub.check_proxy(Settings(endpoint=url))
    except SettingsError as error:
        assert error.exit_code == 2
        return str(error)
    return ""


def said_of_others(url: str = HUB) -> str:
    try:
        plain.check(url)
    except SettingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("address", "said", "by_others"), WRONG)
@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY"])
def test_one_sentence_says_what_is_wrong(
    monkeypatch, name: str, address: str, said: str, by_others: str | None
) -> None:
    monkeypatch.setenv(name, address)
    for wanted, told in ((said, said_of_the_hub()), (said if by_others is None else by_others, said_of_others())):
        assert "sekret" not in told and "\n" not in told
        assert (told.startswith(f"{name} ") and wanted in told) if wanted else told == ""


@pytest.mark.parametrize("address", RIGHT)
def test_what_the_libraries_take_is_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    assert said_of_the_hub() == said_of_others() == ""
    assert httpx2.Client().close() is None  # as the library builds it by itself
    assert hub.chosen(HUB) is not None and plain.check(HUB) is not None


@pytest.mark.parametrize("address", [address for address, said, _ in WRONG if said])
@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"ALL_PROXY": "", "NO_PROXY": "hub.example"}, HUB),
        ({"all_proxy": "", "no_proxy": "*"}, HUB),
        ({"HTTPS_PROXY": ""}, "http://127.0.0.1:8000"),
        ({"http_proxy": "", "NO_PROXY": "127.0.0.0/8"}, "http://127.0.0.1:8000"),
    ],
)
def test_a_proxy_that_no_request_takes_is_in_nobodys_way(monkeypatch, address: str, environ, url: str) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value or address)
    assert said_of_the_hub(url) == ""
    with hub.client() as client, pytest.raises((SettingsError, httpx2.TransportError)) as caught:
        client.get("https://127.0.0.1:1/" if url == HUB else "https://elsewhere.example:1/", timeout=0.01)
    assert "sekret" not in str(caught.value)


def test_small_letters_go_before_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:no")
    monkeypatch.setenv("https_proxy", "http://proxy:1")
    assert said_of_the_hub() == said_of_others() == ""
    monkeypatch.setenv("https_proxy", "http://proxy:nein")
    assert said_of_the_hub().startswith("https_proxy ") and said_of_others().startswith("https_proxy ")
    monkeypatch.setenv("https_proxy", "")  # nothing, and it takes the other away
    assert said_of_the_hub() == said_of_others() == ""


def test_the_environment_is_read_as_the_library_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    hosts = ["example.com", ".example.com", "*.example.com", "::1", "[::1]", "::1/64", "10.0.0.0/8", "10.0.0.1", "a/b"]
    hosts += ["localhost", "LOCALHOST", "http://x", "https://", "all://y:8", "[", "host:80", " spaced ", "é.fr", "x..y"]
    hosts += ["10.0.0.0/99", "::1/x", "%", "http://[", "-", "."]
    for _ in range(100):
        for scheme in ("http", "https", "all"):
            monkeypatch.setenv(f"{scheme}_proxy", chance.choice(["", "http://p:1", "p:2", "https://q"]))
        monkeypatch.setenv("no_proxy", ",".join(chance.sample(hosts, chance.randrange(6))))
        ours = {pattern: proxy and proxy.address for pattern, proxy in hub.patterns()}
        theirs = get_environment_proxies()
        assert {pattern: each and each.removeprefix("http://") for pattern, each in ours.items()} == {
            pattern: each and each.removeprefix("http://") for pattern, each in theirs.items()
        }


def test_the_client_is_built_as_the_library_builds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://p:1")
    monkeypatch.setenv("all_proxy", "https://u:p@q")
    monkeypatch.setenv("no_proxy", "10.0.0.0/8,.example.com,x.org:80,::1")
    with hub.client() as client, httpx2.Client() as other:
        assert [each.pattern for each in client._mounts] == [each.pattern for each in other._mounts]
        assert [type(each) for each in client._mounts.values()] == [type(each) for each in other._mounts.values()]
        assert client.headers == other.headers and client.trust_env is False
