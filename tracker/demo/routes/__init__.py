"""What the loopback Hub answers, one module a group of addresses."""

from __future__ import annotations

import re

from tracker.demo.hub.hub import Route
from tracker.demo.routes import datasets, misc, models, signals, writing

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
        Route("create", re.compile(r"/api/repos/create"), "api", writing.create),
        Route("validate", re.compile(r"/api/validate-yaml"), "api", writing.validate),
        Route("settings", re.compile(rf"/api/datasets/{REPOSITORY}/settings"), "api", writing.settings),
        Route("preupload", re.compile(rf"/api/datasets/{REPOSITORY}/preupload/(?P<revision>.+)"), "api",
              writing.preupload),
        Route("xet", re.compile(rf"/api/datasets/{REPOSITORY}/xet-(?P<right>write|read)-token/(?P<revision>.+)"), "api",
              writing.xet_token),
        Route("lfs", re.compile(rf"/datasets/{REPOSITORY}\.git/info/lfs/objects/batch"), "api", writing.lfs_batch),
        Route("object", re.compile(r"/lfs-objects/(?P<digest>[0-9a-f]{64})"), "pages", writing.put_object,
              is_hub=False),
        Route("verify", re.compile(r"/lfs-verify"), "api", writing.verify),
        Route("commit", re.compile(rf"/api/datasets/{REPOSITORY}/commit/(?P<revision>.+)"), "api", writing.commit),
        Route("tag", re.compile(rf"/api/datasets/{REPOSITORY}/tag/(?P<revision>.+)"), "api", writing.tag),
        Route("refs", re.compile(rf"/api/datasets/{REPOSITORY}/refs"), "api", datasets.refs),
        Route("dataset", re.compile(rf"/api/datasets/{REPOSITORY}/paths-info/(?P<revision>.+)"), "api",
              datasets.paths_info),
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
