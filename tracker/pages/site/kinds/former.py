"""Pages at the former addresses of families and developers that were renamed or split: they lead on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracker.pages.site.addresses import Addresses
from tracker.pages.site.build import Site
from tracker.pages.site.sheet import Sheet

SAYS = {
    0: "The registry has no such name any more, and nothing else has its place.",
    1: "The registry knows it by another name now:",
    2: "The registry tells apart now what it stood for:",
}


def pages(site: Site) -> Iterator[Sheet]:
    """Yield a page for each former name that no other has now."""
    yield from _of(site.families, site.former_families)
    yield from _of(site.developers, site.former_developers)


def _of(present: Addresses, former: Mapping[str, Sequence[str]]) -> Iterator[Sheet]:
    names = {name: [each for each in heirs if present.get(each)] for name, heirs in former.items()}
    addresses = Addresses.of(present.folder, names)
    taken = {present.path(name) for name in present.names} | set(present.shared)
    for name, heirs in sorted(names.items()):
        path = addresses.path(name)
        if path in taken or name in present.names:
            continue
        sheet = Sheet(path, name, f"{name} is called otherwise now.", "site/moved.html.j2", is_listed=False)
        sheet.put(says=SAYS[min(len(heirs), 2)], names=[(each, sheet.to(present.path(each))) for each in heirs])
        yield sheet
