"""Tokens and ratings of other sources, asked with the same questions as the Hub.

May import: answers, errors, findings, measures, words.
"""

from tracker.answers.signals.ratings import ratings
from tracker.answers.signals.tokens import tokens

__all__ = ["ratings", "tokens"]
