"""Names that other sources give to makers and models: resolved by rule, and by a row if no rule can.

May import: registry, words.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.registry.elsewhere.names import Said
    from tracker.registry.elsewhere.verdicts import Crosswalk, Verdict

__all__ = ["Crosswalk", "Said", "Verdict"]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {"tracker.registry.elsewhere.names": "Said", "tracker.registry.elsewhere.verdicts": "Crosswalk Verdict"},
    )
