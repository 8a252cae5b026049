"""Everything the registry knows of a name, each fact with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.errors import UnknownName
from tracker.registry import OWN, SCRATCH, UNKNOWN, UNREVIEWED, Registry
from tracker.registry.elsewhere import rows as elsewhere
from tracker.registry.entries import Alias, CountingRule, Line, Mirror, Organization, Override, Root
from tracker.registry.files import ALL, COUNTING
from tracker.registry.patterns import split
from tracker.registry.terms import License, LicenseTag

Elsewhere = (
    elsewhere.Maker | elsewhere.Openness | elsewhere.OtherName | elsewhere.LicenseWord | elsewhere.ModelScopeNamespace
)
Fields = Organization | Alias | Line | Root | Mirror | Override | License | LicenseTag | CountingRule | Elsewhere


@dataclass(frozen=True)
class Fact:
    """One row of the registry as a sentence, with where it stands and where it comes from."""

    file: str
    line: int
    says: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


def show(name: str, registry: Registry) -> list[Fact]:
    """Return what is known of a family or line, an organization, a namespace or a model, in order of file and line.

    Case does not matter. Raises UnknownName with the nearest names where no row names it.
    """
    wanted = name.lower()
    found = [fact for fact, names in _facts(registry) if wanted in names]
    if "/" in name:
        found += _of_model(name, registry)
    if not found:
        raise UnknownName("family, organization or namespace in the registry", name, _known(registry))
    return sorted(set(found), key=lambda fact: (fact.file, fact.line))


def _fact(file: str, position: int, row: Fields, says: str) -> Fact:
    # rows are one line each and kept in the order of the file, below its header
    return Fact(file, position + 2, says, row.source_url, row.verified, row.reviewed_on, row.notes)


def _facts(registry: Registry) -> Iterator[tuple[Fact, set[str]]]:
    """Yield every row as a fact, with the names (in lower case) that it is about."""
    for number, row in enumerate(registry.organizations):
        since = f" since {row.valid_from}" if row.valid_from else ""
        says = f"{row.namespace} is {row.organization}, {row.kind}, {row.country}{since}"
        yield _fact("organizations.csv", number, row, says), _lower(row.namespace, row.organization)
    for number, alias in enumerate(registry.aliases):
        on = f" ({alias.renamed_on})" if alias.renamed_on else ""
        says = f"{alias.old_namespace} is called {alias.namespace} now{on}"
        yield _fact("aliases.csv", number, alias, says), _lower(alias.old_namespace, alias.namespace)
    for number, line in enumerate(registry.lines):
        part = f", a line of {line.parent}" if line.parent else ""
        released = f", first released {line.first_release}" if line.first_release else ""
        says = f"{line.line} is {line.modality} by {line.developer} ({line.country}){part}{released}{_whose(line)}"
        yield _fact("families.csv", number, line, says), _lower(line.line, line.parent, line.developer, line.weights)
    for number, root in enumerate(registry.roots):
        released = f", released {root.released_on}" if root.released_on else ""
        whose = "is its uploader's own, of no named line" if root.line == OWN else f"belongs to {root.line}"
        says = f"{root.pattern} {whose}{released}"
        yield _fact("roots.csv", number, root, says), _lower(root.line, split(root.pattern)[0], root.pattern)
    yield from _weights(registry)
    yield from _terms(registry)
    yield from _counted(registry)
    yield from _elsewhere(registry)


def _terms(registry: Registry) -> Iterator[tuple[Fact, set[str]]]:
    for number, row in enumerate(registry.licenses):
        since = f" from {row.valid_from}" if row.valid_from else ""
        until = f" until {row.valid_to}" if row.valid_to else ""
        limits = (row.user_threshold, row.field_of_use, row.territory and f"not in {row.territory}", row.naming)
        says = f"{row.pattern} is {row.license_class} under {row.license}{since}{until}"
        says += "".join(f"; {each}" for each in (*limits, row.output_training) if each)
        named = {row.pattern, row.license, *registry.licensing.family_and_line(row)} - {UNREVIEWED, UNKNOWN}
        yield (
            _fact("licenses.csv", number, row, says),
            _lower(*named, "" if row.is_of_a_line else split(row.pattern)[0]),
        )
    for number, tag in enumerate(registry.license_tags):
        says = f"license:{tag.tag} is {tag.license_class}" + (f" ({tag.spdx})" if tag.spdx else "")
        yield _fact("license_tags.csv", number, tag, says), _lower(tag.tag, tag.spdx)


def _counted(registry: Registry) -> Iterator[tuple[Fact, set[str]]]:
    for number, row in enumerate(registry.counting_rules):
        whose = "every library" if row.library == ALL else row.library
        says = f"downloads of {whose} are counted otherwise since {row.changed_on} ({row.kind}): {row.change}"
        yield _fact(COUNTING, number, row, says), _lower(row.library)


def _elsewhere(registry: Registry) -> Iterator[tuple[Fact, set[str]]]:
    """Yield what is known of names that other sources give."""
    for number, row in enumerate(registry.makers):
        where = f" at {row.source}" if row.source else ""
        who = row.organization or "nobody who is told"
        weights = f", {row.weights} where nothing says more" if row.weights and row.organization else ""
        says = f"{row.name}{where} is {who}{weights}"
        yield _fact(elsewhere.MAKERS, number, row, says), _lower(row.name, row.organization)
    for number, openness in enumerate(registry.openness):
        says = f"{openness.pattern} has {openness.weights} weights"
        names = _lower(openness.pattern, split(openness.pattern)[0])
        yield _fact(elsewhere.OPENNESS, number, openness, says), names
    for number, other in enumerate(registry.other_names):
        says = f"{other.pattern} at {other.source or 'every source'} is {other.model_id}"
        yield _fact(elsewhere.OTHER_NAMES, number, other, says), _lower(other.pattern, other.model_id)
    for number, word in enumerate(registry.license_words):
        yield _fact(elsewhere.LICENSE_WORDS, number, word, f"{word.word} is {word.license_class}"), _lower(word.word)
    for number, space in enumerate(registry.modelscope_namespaces):
        whose = f"{space.hub_namespace} on the Hub" if space.hub_namespace else "a namespace of re-uploads"
        says = f"{space.namespace} on ModelScope is {whose}"
        yield _fact(elsewhere.MODELSCOPE, number, space, says), _lower(space.namespace, space.hub_namespace)


def _whose(line: Line) -> str:
    if not line.weights:
        return ""
    whose = "trained from scratch" if line.weights == SCRATCH else f"on the weights of {line.weights}"
    return f", {whose} ({line.weights_source})"


def _weights(registry: Registry) -> Iterator[tuple[Fact, set[str]]]:
    for number, mirror in enumerate(registry.mirrors):
        whose = mirror.target or "any developer's model of that name"
        says = f"{mirror.pattern} is a {mirror.relation} re-upload of {whose}"
        names = {split(mirror.pattern)[0], mirror.pattern, *(mirror.target.split())}
        yield _fact("mirrors.csv", number, mirror, says), _lower(*names)
    for number, override in enumerate(registry.overrides):
        role = {"weights_parent": "has its weights from", "teacher": "learnt from", "not_parent": "does not come from"}
        says = f"{override.model_id} {role[override.role]} {override.parent_id}"
        names = {override.model_id, override.parent_id, split(override.model_id)[0], split(override.parent_id)[0]}
        yield _fact("overrides.csv", number, override, says), _lower(*names)


def _lower(*names: str) -> set[str]:
    return {name.lower() for name in names if name}


def _of_model(model_id: str, registry: Registry) -> Iterator[Fact]:
    """Yield the rows that decide about one model by its name."""
    root, mirror = registry.ruling(model_id).rule, registry.mirror_of(model_id)
    terms = registry.licensing.terms_of(model_id)
    for fact, _ in _facts(registry):
        pattern = fact.says.split(" ", 1)[0]
        if root and fact.file == "roots.csv" and pattern == root.pattern:
            yield fact
        if fact.file == "licenses.csv" and registry.licenses[fact.line - 2] in terms:
            yield fact
        if mirror and fact.file == "mirrors.csv" and pattern == mirror.rule.pattern:
            yield fact


def _known(registry: Registry) -> list[str]:
    names = {each.line for each in registry.lines}
    for row in registry.organizations:
        names |= {row.namespace, row.organization}
    return sorted(names)
