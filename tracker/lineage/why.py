"""The sentence behind every verdict, made from its codes."""

from __future__ import annotations

from tracker.errors import UnknownName
from tracker.registry import UNKNOWN, UNREVIEWED

# how a path is known, by its weakest step; the words fit after "steps up"
GROUNDS = {
    "override": "as corrected in the registry",
    "hub": "as the Hub's base models say",
    "tag": "as its base_model tags say",
    "mirror": "by a registry rule on whose weights a re-upload carries",
    "inferred": "as its name suggests, which nobody declared",
}

_OPENINGS = {
    "root": "declares no base model, so it is a root",
    "derived": "comes from {root}, {steps}, {grounds}",
    "dangling": "comes from {root}, {steps}, {grounds}; that repository is not on the Hub (any more)",
    "outside": "comes from {root}, {steps}, {grounds}; that repository was not in the part of the Hub that was walked",
    "cycle": "is in a loop of models that name each other; with the older as parent it comes from {root}, {steps}",
}


def why(
    status: str,
    root_id: str,
    depth: int,
    evidence: str | None,
    weight: float = 1.0,
    family: str = UNREVIEWED,
    developer: str = UNREVIEWED,
    origin_country: str = UNREVIEWED,
) -> str:
    """Return one sentence for one row of `lineage`, starting in lower case after the model's name."""
    if status not in _OPENINGS:
        raise UnknownName("status", status, _OPENINGS)
    steps = "by itself" if depth == 0 else "1 step up" if depth == 1 else f"{depth} steps up"
    opening = _OPENINGS[status].format(root=root_id, steps=steps, grounds=GROUNDS.get(evidence or "", ""))
    share = "" if weight > 1 - 1e-9 else f" (for {weight:.0%} of its credit)"
    return f"{opening}{share}; {_family(family, developer, origin_country)}"


def _family(family: str, developer: str, origin_country: str) -> str:
    if family == UNREVIEWED:
        return "no registry row speaks of this root yet"
    if family == UNKNOWN:
        return "the registry has looked at this root and found no family to give it"
    country = "whose country is not known" if origin_country == UNKNOWN else origin_country
    return f"by its name the root is {family}, developed by {developer} ({country})"
