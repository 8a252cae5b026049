"""How fast and how large the loopback Hub is at the size of the real one.

    python -m tests.bench.bench_hub [SCALE]

For the walk by creation and for the order by downloads: the milliseconds a page of 1,000 costs the server
and the client, the time to load the night, and the server's memory. Scale 1 is 3.5 million models.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from itertools import islice
from pathlib import Path

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import httpx2

from tests.bench.figure import Figure, table
from tests.demo.made_models import EXPAND
from tracker.demo import HubProcess, hub_process

LARGEST_PAGE_MILLISECONDS = 50.0
LARGEST_MEMORY_GB = 6.0


def figures(scale: float = 1.0, pages: int = 300) -> list[Figure]:
    """Return how long the Hub loads, how long it takes for a page in two orders, and its memory."""
    models = int(3_500_000 * scale)
    started = time.perf_counter()
    with hub_process(plain=models, tier_quota=0) as hub:
        loaded = time.perf_counter() - started
        walks = [figure for sort in ("createdAt", "downloads") for figure in walk_figures(hub, sort, pages)]
        peak = memory_gb(hub, peak=True)
    size = f"{models / 1e6:g} M models"
    return [
        Figure(f"demo Hub, {size}: until it serves", loaded, "s"),
        *walks,
        Figure(f"demo Hub, {size}: peak memory", peak, "GB", LARGEST_MEMORY_GB),
    ]


def walk_figures(hub: HubProcess, sort: str, pages: int) -> list[Figure]:
    """Return what a page of 1,000 costs in one order; the first one, which sorts, is told apart."""
    hub.clear_log()
    seconds = list(islice(fetched(hub, sort), pages))
    server = [entry.server_seconds * 1e3 for entry in hub.requests()][1:]
    client = statistics.median(seconds[1:]) * 1e3
    return [
        Figure(
            f"demo Hub, a page of 1,000 by {sort}, median of {len(server)}",
            statistics.median(server),
            "ms",
            LARGEST_PAGE_MILLISECONDS,
            alternative=f"as the client sees it: {client:.1f} ms",
            ratio=statistics.median(server) / client,
        ),
        Figure(f"demo Hub, first page by {sort}", seconds[0] * 1e3, "ms"),
    ]


def fetched(hub: HubProcess, sort: str):
    url = f"{hub.endpoint}/api/models?sort={sort}&limit=1000&" + "&".join(f"expand={name}" for name in EXPAND)
    with httpx2.Client(trust_env=False, timeout=600) as client:
        while url:
            started = time.perf_counter()
            response = client.get(url)
            yield time.perf_counter() - started
            url = response.links["next"]["url"] if "next" in response.links else ""


def memory_gb(hub: HubProcess, *, peak: bool = False) -> float:
    """Resident memory of the server, from /proc."""
    name = "VmHWM" if peak else "VmRSS"
    line = next(line for line in Path(f"/proc/{hub.pid}/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024**2


if __name__ == "__main__":
    print(table(figures(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)))
