"""The small addresses: who am I, tags, trending, agent harnesses, and everything that does not exist."""

from __future__ import annotations

from collections import Counter

from tracker.demo.hub.http import Response
from tracker.demo.hub.hub import ANONYMOUS, Call, Hub, error
from tracker.demo.hub.hub_state import encode
from tracker.demo.listing.filters import Filters

MOST_TRENDING = 20
TAG_TYPES = {"license": "license", "dataset": "dataset", "base_model": "base_model", "region": "region"}
TRENDING_FIELDS = ("author", "downloads", "likes", "pipeline_tag", "private", "gated", "lastModified")


def harnesses(hub: Hub, call: Call) -> Response:
    """GET /api/agent-harnesses: the client's first call of a day"""
    return Response(200, encode({"standardEnvVars": ["AI_AGENT", "AGENT"], "harnesses": {}}))


def whoami(hub: Hub, call: Call) -> Response:
    """GET /api/whoami-v2"""
    tier = call.principal.tier
    if tier == ANONYMOUS:
        return error(401, "Invalid username or password.")
    account = {"type": "user", "name": f"demo-{tier}", "fullname": f"Demo {tier}", "isPro": tier != "free", "orgs": []}
    return Response(200, encode({**account, "auth": {"type": "access_token"}}))


def tags_by_type(hub: Hub, call: Call) -> Response:
    """GET /api/models-tags-by-type: the vocabulary of the night, most used first"""
    counts: Counter[str] = Counter()
    for row in range(len(hub.state)):
        counts.update(str(tag) for tag in hub.state.item(row).get("tags") or ())
    by_type: dict[str, list[dict[str, str]]] = {}
    for tag, _ in counts.most_common():
        kind = TAG_TYPES.get(tag.partition(":")[0], "other")
        by_type.setdefault(kind, []).append({"id": tag, "label": tag.removeprefix(f"{kind}:"), "type": kind})
    return Response(200, encode(by_type))


def trending(hub: Hub, call: Call) -> Response:
    """GET /api/trending"""
    text = call.request.last("limit") or ""
    limit = min(int(text), MOST_TRENDING) if text.isdecimal() else MOST_TRENDING
    rows = hub.listing.page(Filters(), "trendingScore", limit, None).rows.tolist()
    found = [hub.state.item(row) for row in rows]
    listed = [
        {"repoType": "model", "repoData": {"id": item["id"], **{k: item[k] for k in TRENDING_FIELDS if k in item}}}
        for item in found
    ]
    return Response(200, encode({"recentlyTrending": listed}))


def elsewhere(hub: Hub, call: Call) -> Response:
    """Anything else"""
    return error(404, "Sorry, we can't find the page you are looking for.")
