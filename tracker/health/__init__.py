"""Health of the tracker: what was collected when, which nights are owed, how runs ended, what prevents a night.

It reads manifests and the published copy. A run whose process is gone is interrupted; a run that was not loaded is
no night.

May import: checks, disk, errors, files, landing, lock, night, registry, settings, signals, sources,
sources.outward, store, words.
"""

from tracker.health.attempts import attempts as runs
from tracker.health.doctor import examine
from tracker.health.live import HARMFUL
from tracker.health.live import examine as examine_live
from tracker.health.quarantine import quarantined
from tracker.health.status import require_fresh, state

__all__ = ["HARMFUL", "examine", "examine_live", "quarantined", "require_fresh", "runs", "state"]
