"""A data set that others can cite: the tables as Parquet, with a card and all that catalogues read of it.

    <folder>/README.md           the card, its front matter for the Hub: one config a table
    <folder>/charts/*.png        what the card shows
    <folder>/<table>.parquet     what `tracker export --to` writes: the folder is a copy that can be asked
    <folder>/snapshots/*/*       the nights, each with its day inside
    <folder>/share-alike/*       rows under a licence of their source, in configs of their own
    <folder>/manifests/*.json    the chain of generations
    <folder>/croissant.json, datapackage.json, schemas/*.json, CITATION.cff, dictionary.csv, SHA256SUMS

Everything but the rows is made from the exported copy itself, so the two cannot differ. The same copy gives the same
bytes.

May import: answers, charts, disk, errors, files, handover, pages, registry, store, words.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.handover.data_set.whole import write

__all__ = ["write"]

if not TYPE_CHECKING:
    __getattr__ = later(__name__, {"tracker.handover.data_set.whole": "write"})
