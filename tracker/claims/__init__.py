"""The claims ledger: published figures, and what our data says to each.

`evaluate` judges every row of `claims.csv`: reproduced, within band, differs, or cannot be computed and
why. `fit` searches what an author left open for the rules that come closest to his figure.

May import: answers, errors, measures, registry.
"""

from tracker.claims.evaluate import evaluate
from tracker.claims.fit import fit
from tracker.registry.claims import Claim, load
from tracker.registry.points import VERDICTS

__all__ = ["VERDICTS", "Claim", "evaluate", "fit", "load"]
