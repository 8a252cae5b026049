"""Against the loopback Hub's limiter on a scaled clock: the quota is used up, and no 429 is provoked."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from tests.demo.made_models import made_models
from tests.sources.walks import NIGHT, FastClock, settings_for
from tracker.scope import Scope
from tracker.sources.hub_models.walk import collect

QUOTA, SCALE, PAGES = 40, 100.0, 100


def test_a_walk_of_several_windows_uses_them_up_without_a_429(hub, tmp_path: Path) -> None:
    server = hub({NIGHT: made_models(PAGES * 3)}, tier_quota=QUOTA, scale=SCALE)
    settings = settings_for(tmp_path, server.endpoint)
    run = collect(settings, scope=Scope("full"), snapshot_date=NIGHT, page_size=3, clock=FastClock(SCALE))
    assert (run.manifest.pages, run.manifest.rate_limited, run.manifest.requests) == (PAGES, 0, PAGES)
    windows = Counter(datetime.fromisoformat(entry.virtual_time).timestamp() // 300 for entry in server.requests())
    used = [count for _, count in sorted(windows.items())]
    assert all(count >= 0.95 * QUOTA for count in used[:-1])


def test_a_short_walk_is_not_slowed(hub, tmp_path: Path) -> None:
    server, clock = hub({NIGHT: made_models(90)}, tier_quota=QUOTA), FastClock(1.0)
    collect(settings_for(tmp_path, server.endpoint), scope=Scope("full"), snapshot_date=NIGHT, page_size=5, clock=clock)
    assert sum(clock.slept) == 0.0
