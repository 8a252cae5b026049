"""A walk in a process of its own, to be killed: prints a line a page, exits as the command line would."""

from __future__ import annotations

import signal
import sys
from datetime import date
from pathlib import Path

from tracker.errors import Interrupted, TrackerError
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.hub_models import collect


class Lines:
    def page(self, models, pages, expected_models, quota_left, wait_seconds) -> None:
        print(pages, flush=True)


def stop(*_: object) -> None:
    raise Interrupted("stopped by SIGTERM", exit_code=143)


def main(data_dir: str, endpoint: str, page_size: str, day: str) -> int:
    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    try:
        collect(
            Settings(data_dir=Path(data_dir), endpoint=endpoint, threads=1),
            scope=Scope("full"),
            snapshot_date=date.fromisoformat(day),
            page_size=int(page_size),
            progress=Lines(),
        )
    except TrackerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
