"""Watches: events that somebody wants to be notified of, and whether a night has shown them.

    <data_dir>/watches/watches.json    what is watched for, a file to read and to back up; one a kind in `kinds/`

A watch counts from the night on which it was added; what was the case by then is not reported. Each match is recorded
once, in the published table `watch_matches`. Other rooms send it.

May import: answers, dates, disk, errors, files, findings, lock, settings, store, table, words.
"""
