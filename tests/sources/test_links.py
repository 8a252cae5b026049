"""Only links that stay within the endpoint, keep the question and make progress are followed."""

from __future__ import annotations

import pytest

from tracker.errors import SourceRefused
from tracker.scope import Scope
from tracker.sources.hub_models.links import first_url, limit_of, next_url, origin, redirect_url, with_limit

HUB = "https://huggingface.co"
FIRST = first_url(HUB, Scope("full"), ("likes", "tags"), 1000)


def after(link: str | None, current: str = FIRST, seen: frozenset[str] = frozenset()) -> str | None:
    return next_url(link, current, set(seen))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("full", "/api/models?limit=9&sort=createdAt&expand=a"),
        ("top:5", "/api/models?limit=9&sort=downloads&expand=a"),
        ("publisher:Qwen", "/api/models?limit=9&sort=createdAt&author=Qwen&expand=a"),
        ("publisher:a&b=c", "/api/models?limit=9&sort=createdAt&author=a%26b%3Dc&expand=a"),
    ],
)
def test_a_walk_begins_with_what_its_scope_asks(scope: str, expected: str) -> None:
    assert first_url(HUB, Scope.parse(scope), ("a",), 9) == HUB + expected


@pytest.mark.parametrize(
    "link",
    [
        f"{FIRST}&cursor=abc",
        f"{HUB}:443/api/models?cursor=abc&expand=tags&expand=likes&sort=createdAt&limit=1000",
        f"{HUB}/api/models?limit=1000&sort=createdAt&expand%5B%5D=likes&expand%5B%5D=tags&cursor=a&direction=-1",
        f"{HUB}/api/models?limit=1000&sort=createdAt&expand[0]=likes&expand[1]=tags&cursor=a",
        f"{HUB.upper().replace('HTTPS', 'https')}/api/models?{FIRST.split('?')[1]}&cursor=a",
    ],
)
def test_a_good_link_is_followed_as_it_is(link: str) -> None:
    assert after(link) == link


def test_no_link_is_the_end() -> None:
    assert after(None) is None and after("") is None


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("/api/models?cursor=a", "relative"),
        ("//huggingface.co/api/models?cursor=a", "relative"),
        (f"http://huggingface.co/api/models?{FIRST.split('?')[1]}&cursor=a", "another host"),
        (f"https://huggingface.co.evil.org/api/models?{FIRST.split('?')[1]}&cursor=a", "another host"),
        (f"https://huggingface.co:8443/api/models?{FIRST.split('?')[1]}&cursor=a", "another host"),
        (f"https://huggingface.co:x/api/models?{FIRST.split('?')[1]}&cursor=a", "another host"),
        (f"https://huggingface.co@evil.org/api/models?{FIRST.split('?')[1]}&cursor=a", "another host"),
        ("javascript:alert(1)", "another host"),
        (f"{HUB}/api/datasets?{FIRST.split('?')[1]}&cursor=a", "another path"),
        (f"{HUB}/api/models?limit=1000&expand=likes&expand=tags&cursor=a", "drops sort=createdAt"),
        (f"{HUB}/api/models?limit=1000&sort=createdAt&expand=likes&cursor=a", "drops expand=tags"),
        (f"{HUB}/api/models?limit=5&sort=createdAt&expand=likes&expand=tags&cursor=a", "drops limit=1000"),
        (FIRST, "no progress"),
        (f"{FIRST}&cursor=seen", "no progress"),
    ],
)
def test_a_bad_link_is_refused_with_its_reason(link: str, reason: str) -> None:
    with pytest.raises(SourceRefused, match=reason):
        after(link, seen=frozenset({"seen"}))


def test_a_redirect_stays_within_the_endpoint() -> None:
    assert redirect_url("/api/models/b", f"{HUB}/api/models/a") == f"{HUB}/api/models/b"
    assert redirect_url(f"{HUB}/x", f"{HUB}/api/models/a") == f"{HUB}/x"
    for location in ("https://evil.org/x", "//evil.org/x", "http://huggingface.co/x", ""):
        with pytest.raises(SourceRefused, match="another host"):
            redirect_url(location, f"{HUB}/api/models/a")


def test_the_page_size_can_be_changed_and_nothing_else() -> None:
    url = f"{FIRST}&cursor=a%3D%3D"
    smaller = with_limit(url, 500)
    assert (limit_of(url), limit_of(smaller)) == (1000, 500)
    assert smaller == url.replace("limit=1000", "limit=500")
    assert with_limit(smaller, 1000) == url


def test_origins_are_compared_with_their_ports() -> None:
    assert origin("https://HuggingFace.co./x") == origin("https://huggingface.co:443")
    assert origin("http://a:80") == origin("http://a") != origin("https://a")
