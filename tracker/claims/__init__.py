"""The claims ledger: published figures, and what our data says to each.

`evaluate` judges every row of `claims.csv`: reproduced, within band or differs where the rule is published, possible or
impossible where it is not, or cannot be computed and why. `fit` searches what an author left open for the rules that
come closest to his figure.

May import: answers, errors, measures, registry, table, words.
"""

from tracker.claims.evaluate import evaluate
from tracker.claims.fit import fit
from tracker.claims.ledger import Ledger
from tracker.registry.claims import Claim, load
from tracker.words import VERDICTS

__all__ = ["VERDICTS", "Claim", "Ledger", "evaluate", "fit", "load"]
