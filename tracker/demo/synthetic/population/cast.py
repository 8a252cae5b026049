"""The real names on the stage: root models and official variants of the registry, and mirrors of them.

Their names, families, countries and release days are real, everything else about them is made up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic.facts import Facts, Line, MirrorRule
from tracker.demo.synthetic.trend import FLOOR, SECONDS_A_DAY, seconds
from tracker.words import HUB_RELATIONS

MIRRORED = ("text", "code", "vision-language", "multimodal", "embedding")  # what quantizers re-upload
REAL_SHARE, MIRROR_SHARE, MIRRORS = 1 / 8, 1 / 60, 5_000  # of all models, at most
DECLARING_MIRRORS = 0.35  # of the mirrors say on the Hub what they mirror
# TheBloke stopped uploading in early 2024
LAST_RELEASE_OF = {"TheBloke": "2024-01-31"}

# how developers call the tuned sibling of a base model: (what it ends in, what the base ends in instead)
VARIANTS = (
    ("-Instruct", ""), ("-Instruct", "-Base"), ("-instruct", ""), ("-instruct", "-base"), ("-Chat", ""), ("-chat", ""),
    ("-chat-hf", "-hf"), ("-Instruct-hf", "-hf"), ("-it", ""), ("-it", "-pt"), ("", "-Base"), ("", "-base"),
)  # fmt: skip


@dataclass(frozen=True)
class Role:
    """One real name. `parent` is another role's model id; `evidence`: hub, mirror or override, empty without parent."""

    model_id: str
    line: Line
    created: int  # epoch seconds
    parent: str = ""
    evidence: str = ""
    relation: str = ""
    is_mirror: bool = False


def cast(facts: Facts, models: int, end: int, rng: np.random.Generator) -> list[Role]:
    """Return the real names that existed by `end`, for an ecosystem of `models`; each role's parent is in the list."""
    known = set(facts.exact)
    wanted = _wanted(facts, int(models * REAL_SHARE))
    moments = {name: _moment(facts.released(name), rng.random(2)) for name in sorted(known)}
    present = {name for name in wanted if moments[name] <= end}
    roles: dict[str, Role] = {}
    for name in sorted(present, key=lambda each: (moments[each], each)):
        role = _role(facts, name, moments, present)
        if role is not None:
            roles[name] = role
    while orphans := [name for name, role in roles.items() if role.parent and role.parent not in roles]:
        for name in orphans:
            del roles[name]
    mirrors = _mirrors(facts, list(roles.values()), min(int(models * MIRROR_SHARE), MIRRORS), end, rng)
    return [*roles.values(), *mirrors]


def _wanted(facts: Facts, most: int) -> list[str]:
    """Return up to `most` names, the first of each family before the second of any, and the parents they need."""
    by_family: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(facts.exact, key=facts.released):
        by_family[facts.line_of(name).family].append(name)
    turns = sorted((turn, family, name) for family, names in by_family.items() for turn, name in enumerate(names))
    known, chosen = set(facts.exact), dict.fromkeys(name for _, _, name in turns[:most])
    for name in list(chosen):
        while name in facts.weights_parents and (name := facts.weights_parents[name][0]) in known:
            chosen[name] = None
    return list(chosen)


def _moment(released: str, chances: NDArray[np.float64]) -> int:
    """Return when a repository was created: within the day (06 to 20 UTC), or the month, of its release."""
    day = seconds(released) // SECONDS_A_DAY + (int(chances[1] * 28) if len(released) == 7 else 0)
    return max(FLOOR, int(day * SECONDS_A_DAY + (6 + 14 * chances[0]) * 3600))


def _role(facts: Facts, name: str, moments: dict[str, int], present: set[str]) -> Role | None:
    """Return a name's role with what it derives from; None where the registry names a parent that is not here."""
    line = facts.line_of(name)
    if name in facts.weights_parents:
        parent, relation = facts.weights_parents[name]
        return Role(name, line, moments[name], parent, "override", relation) if parent in present else None
    for base in _bases(name):
        if base in present and base not in facts.weights_parents and (name, base) not in facts.not_parents:
            moments[name] = max(moments[name], moments[base] + 60)
            return Role(name, line, moments[name], base, "hub", "finetune")
    return Role(name, line, moments[name])


def _bases(name: str) -> Iterable[str]:
    for ending, instead in VARIANTS:
        if name.endswith(ending) and (ending or instead):
            yield name.removesuffix(ending) + instead


def _mirrors(facts: Facts, roles: list[Role], most: int, end: int, rng: np.random.Generator) -> list[Role]:
    """Return up to `most` mirrors that the registry's rules resolve without doubt."""
    taken, times_used = {role.model_id for role in roles}, Counter(_short(name) for name in facts.exact)
    found: dict[str, Role] = {}
    for number in rng.permutation(len(facts.mirrors) * len(roles)).tolist():
        rule, role = facts.mirrors[number // len(roles)], roles[number % len(roles)]
        if len(found) >= most:
            break
        name = _mirror_name(facts, rule, role)
        if (
            name is None
            or name in taken
            or name in found
            or (rule.rule != "exact" and times_used[_short(role.model_id)] > 1)
        ):
            continue
        delay, chance = rng.random(2)
        created = role.created + int((0.2 + 40 * delay**3) * SECONDS_A_DAY)
        if created <= end:
            evidence = "hub" if chance < DECLARING_MIRRORS else "mirror"
            relation = rule.relation if rule.relation in HUB_RELATIONS else "finetune"
            found[name] = Role(name, role.line, created, role.model_id, evidence, relation, is_mirror=True)
    return list(found.values())


def _mirror_name(facts: Facts, rule: MirrorRule, role: Role) -> str | None:
    """Return what a rule calls the mirror of a model; None where it covers it not, or leaves a doubt."""
    name, namespace = rule.name_for(role.model_id), rule.pattern.partition("/")[0]
    if name is None or namespace in facts.old_namespaces or facts.mirror_rule(name) != rule:
        return None
    likely = (
        role.model_id.partition("/")[0].lower() in facts.developers
        and role.line.modality in MIRRORED
        and role.created <= seconds(LAST_RELEASE_OF.get(namespace, "9999-01-01"))
    )
    return name if likely or rule.rule == "exact" else None


def _short(model_id: str) -> str:
    return model_id.rpartition("/")[2].lower()
