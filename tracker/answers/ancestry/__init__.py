"""Lineage of one model for people: the path to its roots with the evidence of each step, and what is built on it.

Input: any present or former name of a model, or a name that models give as their parent. Output: rows and a drawing.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.answers.ancestry.above import Ancestors, ancestors
    from tracker.answers.ancestry.below import Descendants, descendants
    from tracker.answers.ancestry.bill import cyclonedx
    from tracker.answers.ancestry.publishers import publisher

__all__ = ["Ancestors", "Descendants", "ancestors", "cyclonedx", "descendants", "publisher"]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.answers.ancestry.above": "Ancestors ancestors",
            "tracker.answers.ancestry.below": "Descendants descendants",
            "tracker.answers.ancestry.bill": "cyclonedx",
            "tracker.answers.ancestry.publishers": "publisher",
        },
    )
