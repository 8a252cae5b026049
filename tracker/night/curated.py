"""Which registry a night is read with: the present one, or where that does not load the last one that did."""

from __future__ import annotations

import logging

from tracker import registry, store
from tracker.errors import RegistryError
from tracker.registry import Registry
from tracker.settings import Settings

log = logging.getLogger(__name__)

REMARK = "registry"  # stands among the remarks of gates


def curated(settings: Settings, work: store.Work) -> tuple[Registry, list[store.Remark]]:
    """Return the registry for a night, and a remark where it is not the present one.

    Raises RegistryError where neither loads: no night was resolved here yet.
    """
    try:
        return registry.load(settings.registry), []
    except RegistryError as error:
        good = _last_good(work)
        if good is None:
            log.warning("what is landed stays: correct the registry, then run again")
            raise
        told = f"{error.in_short}; resolved with the last good registry, {good.version}"
        log.warning("the registry does not load: %s", told)
        return good, [store.Remark(REMARK, told, forced=False)]


def _last_good(work: store.Work) -> Registry | None:
    kept = work.kept_registry()
    try:
        return registry.load(kept) if kept else None
    except RegistryError as error:  # it was good by the rules of an earlier version
        log.warning("the last good registry, %s, does not load any more: %s", kept, error.in_short)
        return None
