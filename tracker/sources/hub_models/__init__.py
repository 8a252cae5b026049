"""The Hub's list of models, walked page by page. Imports landing and the ground floor; never the store.

May import: errors, landing, landing.parse, scope, settings, words.
"""

from tracker.sources.hub_models.walk import (
    EXPAND,
    PAGE_SIZE,
    SOURCE,
    Progress,
    collect,
    expected_models,
)

__all__ = ["EXPAND", "PAGE_SIZE", "SOURCE", "Progress", "collect", "expected_models"]
