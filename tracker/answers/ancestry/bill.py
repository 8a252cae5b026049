"""Where a model comes from as a bill of materials: CycloneDX 1.6, with a pedigree and a model card a component.

It says what the copy knows and nothing else, and the same copy gives the same bytes: serial number and time are its.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from tracker import __version__
from tracker.answers.ancestry.above import Ancestors, ancestors

if TYPE_CHECKING:
    from tracker.answers.ancestry.above import Edge
    from tracker.store import Published

TOOL = "hub-adoption-tracker"
_KNOWN = """
select model_id, hub_id, created_at, pipeline_tag, library_name, architecture, parameters, gated, removed_at
from models
where list_contains($names, model_id)
order by removed_at is null, last_seen, hub_id
"""
_NO_WORD = (None, "", "unknown", "unreviewed")


def cyclonedx(published: Published, name: str, *, variant: str = "default") -> dict[str, Any]:
    """Return the bill of a model as JSON has it; raise UnknownName with the nearest names where nothing is called so.

    `metadata.component` is the model, `components` all that it is built on, each with its direct parents as
    `pedigree.ancestors`: their `properties` tell relation, evidence and part of the credit.
    """
    return _Bill(published, ancestors(published, name, variant=variant)).told()


class _Bill:
    def __init__(self, published: Published, found: Ancestors) -> None:
        self._found = found
        parents = [edge.parent_id for edge in found.edges]
        self._names = list(dict.fromkeys([found.model_id, *sorted(parents)]))
        rows = published.table(_KNOWN, {"names": self._names}).dicts()
        self._known = {row["model_id"]: row for row in rows}  # of several of a name the last: one that is there
        self._roots = {root["root_id"]: root for root in found.roots}

    def told(self) -> dict[str, Any]:
        found, facts = self._found, self._found.facts
        return {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, found.id)}",
            "version": 1,
            "metadata": {
                "timestamp": f"{found.snapshot_date}T00:00:00Z",
                "tools": {"components": [{"type": "application", "name": TOOL, "version": __version__}]},
                "component": self._component(found.model_id),
                "properties": _properties(
                    answer_id=found.id,
                    copy_id=facts.copy_id,
                    registry_version=facts.registry_version,
                    scope=facts.scope,
                    variant=found.parameters["variant"],
                    synthetic="true" if facts.synthetic else None,
                ),
            },
            "components": [self._component(name) for name in self._names[1:]],
            "dependencies": [
                {"ref": name, **_only(dependsOn=sorted({edge.parent_id for edge in self._above(name)}))}
                for name in self._names
            ],
        }

    def _above(self, name: str) -> Sequence[Edge]:
        edges = [edge for edge in self._found.edges if edge.model_id == name]
        return sorted(edges, key=lambda edge: (-edge.weight, edge.parent_id, edge.relation))

    def _component(self, name: str) -> dict[str, Any]:
        known, root = self._known.get(name, {}), self._roots.get(name, {})
        return {
            **self._named(name),
            "bom-ref": name,
            **_only(
                licenses=list(self._licenses(name)),
                pedigree=self._pedigree(name),
                modelCard=_model_card(known),
                properties=_properties(
                    hub_id=known.get("hub_id"),
                    created_at=known.get("created_at") and known["created_at"].isoformat(),
                    library=known.get("library_name"),
                    parameters=known.get("parameters"),
                    gated=known.get("gated"),
                    removed_at=known.get("removed_at"),
                    status=root.get("status"),
                    **{column: root.get(column) for column in ("family", "line", "developer", "origin_country")},
                ),
            ),
        }

    def _named(self, name: str) -> dict[str, Any]:
        """Return how a component is called; a place on the Hub only where the copy knows it there."""
        group, _, own = name.rpartition("/")
        purl = f"pkg:huggingface/{'/'.join(quote(part, safe='') for part in name.split('/'))}"
        return {
            "type": "machine-learning-model",
            **_only(group=group),
            "name": own or name,
            **_only(purl=purl if name in self._known else ""),
        }

    def _pedigree(self, name: str) -> dict[str, Any]:
        steps = [
            {
                **self._named(edge.parent_id),
                "properties": _properties(relation=edge.relation, evidence=edge.evidence, credit=f"{edge.weight:.9g}"),
            }
            for edge in self._above(name)
        ]
        why = "; ".join(str(root["why"]) for root in self._found.roots) if name == self._found.model_id else ""
        return _only(ancestors=steps, notes=why)

    def _licenses(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the licence as it is recorded: each of the Hub's tags as declared, what the registry says as found."""
        license = self._found.licenses.of.get(name)
        if license is None:
            return
        for tag in filter(None, (license.license or "").split(", ")):
            yield {"license": {"name": tag, "acknowledgement": "declared"}}
        if license.terms and license.license_from == "table":
            yield {"license": {"name": license.terms, "acknowledgement": "concluded", **_only(url=license.source_url)}}


def _model_card(known: Mapping[str, Any]) -> dict[str, Any]:
    parameters = _only(task=known.get("pipeline_tag"), modelArchitecture=known.get("architecture"))
    return _only(modelParameters=parameters)


def _properties(**facts: object) -> list[dict[str, str]]:
    """Return what is known of facts that CycloneDX has no place for."""
    return [{"name": f"tracker:{name}", "value": str(fact)} for name, fact in facts.items() if fact not in _NO_WORD]


def _only(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value}
