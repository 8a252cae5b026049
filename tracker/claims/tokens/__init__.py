"""Claims about tokens: their denominators are not published, so each possible one is computed and named.

A point is of weeks, Monday to Sunday, that lie in its period; its group is a country or a family, `open` or `closed`,
or both, or nothing for all.

May import: claims, registry, words.
"""

from tracker.claims.tokens.judge import judge
from tracker.claims.tokens.told import Judged, Told
from tracker.claims.tokens.weeks import ASKS, DENOMINATORS

__all__ = ["ASKS", "DENOMINATORS", "Judged", "Told", "judge"]
