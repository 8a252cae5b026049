"""How fast and how large the loopback Hub is at the size of the real one.

    python -m tests.bench.bench_hub [--models 3500000] [--pages 300]

Prints, for the walk by creation and for the order by downloads, the milliseconds a page of 1,000 costs the
server and the client, the time to load the night, and the server's memory. Bounds: 50 ms, 6 GB.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from itertools import islice
from pathlib import Path

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import httpx2

from tests.demo.made_models import EXPAND
from tracker.demo import HubProcess, hub_process

LARGEST_PAGE_SECONDS = 0.050
LARGEST_MEMORY_GB = 6.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--models", type=int, default=3_500_000)
    options.add_argument("--pages", type=int, default=300)
    given = options.parse_args()
    started = time.perf_counter()
    with hub_process(plain=given.models, tier_quota=0) as hub:
        print(f"{given.models:,} models loaded in {time.perf_counter() - started:.0f} s, {memory_gb(hub):.2f} GB")
        for sort in ("createdAt", "downloads"):
            measure(hub, sort, given.pages)
        print(f"memory at most {memory_gb(hub, peak=True):.2f} GB")
        assert memory_gb(hub, peak=True) < LARGEST_MEMORY_GB


def measure(hub: HubProcess, sort: str, pages: int) -> None:
    hub.clear_log()
    seconds = list(islice(fetched(hub, sort), pages))
    server = [entry.server_seconds for entry in hub.requests()]
    median = statistics.median(server[1:])
    print(
        f"{sort:12} first page {seconds[0] * 1e3:.0f} ms, then {median * 1e3:.1f} ms of the server (at most "
        f"{max(server[1:]) * 1e3:.0f}), {statistics.median(seconds[1:]) * 1e3:.1f} ms for the client"
    )
    assert median < LARGEST_PAGE_SECONDS


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
    main()
