"""Which address comes next in a walk, and which `next` links are not to be followed.

The Hub's own client follows `Link: <...>; rel="next"` blindly: a link to itself loops forever, a
relative one crashes, and one to another host is given the token (huggingface_hub 2.4.0). Here a
link is followed only within the endpoint, with every parameter of the request, and only forward.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tracker.errors import SourceRefused
from tracker.scope import Scope
from tracker.sources.outward.origin import named, origin

LIST_PATH = "/api/models"


def first_url(endpoint: str, scope: Scope, expand: Iterable[str], limit: int) -> str:
    """Return where a walk begins.

    The order is by `createdAt`, which never changes: new models stand at the head, so nothing shifts
    under the cursor. `top:N` has to walk by downloads, where models can slip past or come twice.
    """
    parameters = [("limit", str(limit)), ("sort", "downloads" if scope.kind == "top" else "createdAt")]
    if scope.publisher:
        parameters.append(("author", scope.publisher))
    parameters += [("expand", each) for each in expand]
    return f"{endpoint}{LIST_PATH}?{urlencode(parameters)}"


def next_url(link: str | None, current: str, seen: Container[str | None]) -> str | None:
    """Return the address after `current`, None after the last page; raise SourceRefused for a bad link.

    `link` is the target of the `next` relation, `seen` holds the cursors already walked from.
    """
    if not link:
        return None
    if not urlsplit(link).scheme:
        raise SourceRefused(f"the next link is relative ({link[:200]!r}); the Hub's are absolute")
    if origin(link) != origin(current):
        raise SourceRefused(
            f"the next link leads from {named(current)} to another host "
            f"({named(link)}); it was not followed, and no token went there"
        )
    if urlsplit(link).path != urlsplit(current).path:
        raise SourceRefused(f"the next link leads to another path ({urlsplit(link).path[:200]!r})")
    dropped = _parameters(current) - _parameters(link)
    if dropped:
        names = ", ".join(sorted({f"{name}={value}" for name, value in dropped}))
        raise SourceRefused(f"the next link drops {names}: the rest of the walk would list something else")
    cursor = cursor_of(link)
    if cursor is None or cursor in seen:
        raise SourceRefused(f"the next link makes no progress: cursor {cursor!r} was walked from before")
    return link


def redirect_url(location: str, current: str) -> str:
    """Return where a redirect within the endpoint leads; raise SourceRefused for one that leaves it."""
    target = urljoin(current, location)
    if not location or origin(target) != origin(current):
        host = urlsplit(target).hostname
        raise SourceRefused(f"redirected to another host ({host}); it was not followed, and no token went there")
    return target


def cursor_of(url: str) -> str | None:
    """Return the cursor that an address carries."""
    return next((value for name, value in _pairs(url) if name == "cursor" and value), None)


def limit_of(url: str) -> int:
    """Return the page size that an address asks for."""
    return next((int(value) for name, value in _pairs(url) if name == "limit" and value), 1000)


def with_limit(url: str, limit: int) -> str:
    """Return the same address with another page size."""
    parameters = [(name, str(limit) if name == "limit" else value) for name, value in _pairs(url)]
    return urlsplit(url)._replace(query=urlencode(parameters)).geturl()


def _parameters(url: str) -> Counter[tuple[str, str]]:
    """Return the parameters but the cursor; `expand[]` and `expand[0]` are `expand`."""
    return Counter((name.split("[")[0], value) for name, value in _pairs(url) if name != "cursor")


@lru_cache(maxsize=4)
def _pairs(url: str) -> list[tuple[str, str]]:
    """Return the parameters of an address, blank ones too. A walk asks several times for the same two."""
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)
