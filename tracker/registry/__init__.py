"""The curated registry: facts that a person could argue about, one CSV row each, every row with its source.

`load()` reads `data/registry` and raises RegistryError with every problem found. The result answers
three questions, each by name alone: `ruling(model_id)` (which line of which family, whose, from where),
`publisher(namespace)` (who uploads) and `mirror_of(model_id)` (whose weights a re-upload carries).

Two words for "no answer" are never mixed: `unknown` means reviewed without a defensible answer,
`unreviewed` means that no row names it yet.

May import: dates, disk, errors, words.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.registry.book import NO_FAMILY, NO_ROW, OWN_LINES, Registry, Rulings
    from tracker.registry.cross.lines import UNREACHED
    from tracker.registry.entries import (
        Alias,
        Country,
        Line,
        Mirror,
        MirrorMatch,
        Organization,
        Override,
        Publisher,
        Root,
        Ruling,
    )
    from tracker.registry.files import (
        FILES,
        KINDS,
        KNOWLEDGE,
        MODALITIES,
        OWN,
        ROLES,
        SCRATCH,
        UNKNOWN,
        UNREVIEWED,
        VERIFIED,
    )
    from tracker.registry.folder import check, load
    from tracker.registry.read import Problem, default_directory, is_there

__all__ = [
    "FILES",
    "KINDS",
    "KNOWLEDGE",
    "MODALITIES",
    "NO_FAMILY",
    "NO_ROW",
    "OWN",
    "OWN_LINES",
    "ROLES",
    "SCRATCH",
    "UNKNOWN",
    "UNREACHED",
    "UNREVIEWED",
    "VERIFIED",
    "Alias",
    "Country",
    "Line",
    "Mirror",
    "MirrorMatch",
    "Organization",
    "Override",
    "Problem",
    "Publisher",
    "Registry",
    "Root",
    "Ruling",
    "Rulings",
    "check",
    "default_directory",
    "is_there",
    "load",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.registry.book": "NO_FAMILY NO_ROW OWN_LINES Registry Rulings",
            "tracker.registry.cross.lines": "UNREACHED",
            "tracker.registry.entries": "Alias Country Line Mirror MirrorMatch Organization Override Publisher Root "
            "Ruling",
            "tracker.registry.files": "FILES KINDS KNOWLEDGE MODALITIES OWN ROLES SCRATCH UNKNOWN UNREVIEWED VERIFIED",
            "tracker.registry.folder": "check load",
            "tracker.registry.read": "Problem default_directory is_there",
        },
    )
