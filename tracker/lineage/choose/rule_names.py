"""The names that the registry's rules are about: only a model of such a name or namespace can match a rule."""

from __future__ import annotations

from tracker.registry import Registry


def namespaces(registry: Registry) -> set[str]:
    """Return the namespaces, in lower case, whose models any rule may match."""
    by_rules = registry.root_namespaces | registry.mirror_namespaces | registry.developer_namespaces
    return {*by_rules, *looked_into(registry)}


def looked_into(registry: Registry) -> set[str]:
    """Return the namespaces, in lower case, in which originals of re-uploads are looked for, and all renamed ones."""
    originals = (name for mirror in registry.mirrors if mirror.rule == "same_name" for name in mirror.target.split())
    renamed = (name for names in registry.present_names.items() for name in names)
    return {name.lower() for names in (originals, renamed) for name in names}


def written_out(registry: Registry) -> set[str]:
    """Return the models, in lower case, that rules name in full."""
    named = {name for row in registry.overrides for name in (row.model_id, row.parent_id)}
    named |= {name for row in registry.mirrors if row.rule == "exact" for name in (row.pattern, row.target)}
    return {name.lower() for name in named}


def leads(registry: Registry) -> list[tuple[str, str]]:
    """Return (model, parent) of each rule that names both in full and makes one the parent of the other."""
    overrides = [(row.model_id, row.parent_id) for row in registry.overrides if row.role != "not_parent"]
    return overrides + [(row.pattern, row.target) for row in registry.mirrors if row.rule == "exact"]
