"""Which namespaces of the second hub are asked: those of companies that trained a line of the registry, in China."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import registry
from tracker.settings import Settings

COUNTRY, KIND = "CN", "company"  # whom the second hub is the first for


def official(settings: Settings) -> Sequence[str]:
    """Return the namespaces as they are called there: as on the Hub where the registry says nothing else."""
    curated = registry.load(settings.registry)
    elsewhere = {row.hub_namespace: row.namespace for row in curated.modelscope_namespaces if not row.mirror}
    makers = {line.developer for line in curated.lines if line.country == COUNTRY}
    with_roots = {row.pattern.partition("/")[0] for row in curated.roots}
    there = {
        row.namespace
        for row in curated.organizations
        if row.organization in makers and row.kind == KIND and row.namespace in with_roots
    }
    return sorted({elsewhere.get(namespace, namespace) for namespace in there})
