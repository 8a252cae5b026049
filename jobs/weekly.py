"""`python -m jobs.weekly`: draw the week's charts, with their data beside them, into the reports folder."""

from __future__ import annotations

import sys

from tracker import health, settings, store
from tracker.errors import TrackerError
from tracker.pages import drawing
from tracker.registry import definitions


def main() -> int:
    """Draw every chart of the newest published night and print the files; return the exit code."""
    try:
        chosen = settings.load()
        with store.open_published(chosen.data_dir) as published:
            definition = definitions.find(published.definitions(), "default")
            folder = health.reports_folder(chosen.data_dir, published.facts().snapshot_date)
            for path in drawing.draw_all(published, definition, folder):
                print(path)
    except TrackerError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
