"""Answers: a question to the published copy, and all that is needed to defend what comes back.

Each function takes the published handle (and nothing else that is alive) and returns an `Answer`.
"""

from tracker.answers.answer import Answer, Published

__all__ = ["Answer", "Published"]
