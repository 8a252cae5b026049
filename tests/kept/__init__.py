"""Data folders as earlier versions of the code wrote them; each must keep opening.

    python -m tests.kept NAME      write tests/kept/NAME.tar.gz as the present code writes such a folder

A kept folder holds `data/` (with what its published copy said, as text, in `said.json`) and `registry/`. Its nights
are those of tests/planted.py: a rename, a removal, a return, a parent that changes, a month that has ended. On top of
them the newest night was collected again with other counters, and all was resolved once more with a changed registry.
It is written when a format changes, by the code before the change, and never again.
"""
