"""Real declared edges: the tags of the recorded Hub listings, as candidates. Row by row they stay where they are."""

from __future__ import annotations

import os
from pathlib import Path

REAL = Path(os.environ.get("TRACKER_REAL_DATA", Path(__file__).parents[3] / "shared" / "real"))
