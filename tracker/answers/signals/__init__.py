"""Tokens and ratings: what other sources say of adoption, asked with the verbs that ask the Hub.

May import: answers, errors, findings, measures, words.
"""

from tracker.answers.signals.ratings import ratings
from tracker.answers.signals.tokens import tokens

__all__ = ["ratings", "tokens"]
