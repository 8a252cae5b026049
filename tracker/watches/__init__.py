"""Watches: what somebody wants to be told of once it happens, and whether a night has shown it.

    <data_dir>/watches/watches.json    what is watched for, a file to read and to back up; one a kind in `kinds/`

A watch counts from the night on which it was added: what was so by then is no news. What it finds is noted once, in the
published table `watch_matches`; how that leaves the machine is no matter of this room.

May import: answers, dates, disk, errors, files, findings, lock, settings, store, table, words.
"""
