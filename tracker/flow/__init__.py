"""Flow: which nights of a chain stood still, caught up, fell or were partial, judged from sums by class of model.

A chain is the nights of one source and scope. Input: its nights by cohort. Output: incidents, the same for the same
nights whenever they are judged.

May import: nothing.
"""
