"""What the loopback Hub answers, one module a group of addresses."""

from __future__ import annotations

import re

from tracker.demo.hub.hub import Route
from tracker.demo.routes import datasets, misc, models, signals

NAME = r"[^/]+(?:/[^/]+)?"
REPOSITORY = rf"(?P<name>{NAME})"


def all_routes() -> list[Route]:
    """Return every route; the first whose pattern fits answers, and the last fits all."""
    return [
        Route("models", re.compile(r"/api/models/?"), "api", models.list_models),
        Route("harnesses", re.compile(r"/api/agent-harnesses"), "api", misc.harnesses),
        Route("whoami", re.compile(r"/api/whoami-v2"), "whoami", misc.whoami),
        Route("tags", re.compile(r"/api/models-tags-by-type"), "api", misc.tags_by_type),
        Route("trending", re.compile(r"/api/trending"), "api", misc.trending),
        Route("datasets", re.compile(r"/api/(?P<kind>datasets|spaces)/?"), "api", datasets.list_repositories),
        Route("commits", re.compile(rf"/api/models/{REPOSITORY}/commits/(?P<revision>.+)"), "api", models.commits),
        Route("commits", re.compile(rf"/api/datasets/{REPOSITORY}/commits/(?P<revision>.+)"), "api", datasets.commits),
        Route("model", re.compile(rf"/api/models/{REPOSITORY}(?:/revision/(?P<revision>.+))?"), "api", models.model),
        Route("dataset", re.compile(rf"/api/datasets/{REPOSITORY}/tree/(?P<revision>[^/]+)(?P<folder>/.*)?"), "api",
              datasets.tree),
        Route("dataset", re.compile(rf"/api/datasets/{REPOSITORY}(?:/revision/(?P<revision>.+))?"), "api",
              datasets.dataset),
        Route("resolve", re.compile(rf"/datasets/{REPOSITORY}/resolve/(?P<revision>[^/]+)/(?P<path>.+)"), "resolvers",
              datasets.resolve),
        Route("resolve", re.compile(rf"/{REPOSITORY}/resolve/(?P<revision>[^/]+)/(?P<path>.+)"), "resolvers",
              models.resolve),
        Route("signals", re.compile(r"/signals/(?P<source>openrouter|epoch_eci|modelscope)/(?P<path>.+)"), "pages",
              signals.answer, is_hub=False),
        Route("elsewhere", re.compile(r".*", re.DOTALL), "pages", misc.elsewhere),
    ]  # fmt: skip
