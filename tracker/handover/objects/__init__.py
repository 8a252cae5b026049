"""Export into an object store: only changes are uploaded, and readers see the state before or the new one.

    _exports/000007.json                       an export: what it is of, its files, the one before; put if absent
    tables/<table>/<hash>.parquet              a table, under a name that follows from its content
    snapshots/snapshot_date=*/<run>.parquet    nights, which never change
    tables/<table>/_delta_log/, snapshots/_delta_log/    a Delta log of each, which follows the exports
    SHA256SUMS                                 the files of the newest export with their hashes

`fetched` downloads the newest export into a folder of this machine, to be asked.

Files are uploaded first, then the manifest that names them; files that no manifest names any more are deleted last.

May import: disk, errors, files, handover, settings, store, store.delta.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.handover.objects.exporting import export
    from tracker.handover.objects.fetching import fetched

__all__ = ["export", "fetched"]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {"tracker.handover.objects.exporting": "export", "tracker.handover.objects.fetching": "fetched"},
    )
