"""Flow: which nights of a chain stood still, caught up, fell or were partial, judged from sums by class of model.

A chain is the nights of one source and scope. In come its nights by cohort, out go incidents: the same for the same
nights, whenever they are made.

May import: nothing.
"""
