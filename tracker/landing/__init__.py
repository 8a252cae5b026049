"""Landed runs: raw pages, a journal and a manifest on the disk, later the typed rows beside them.

A landed run never changes; its outcome is written beside it. An interrupted walk resumes from its journal.

May import: disk, errors, files, words.
"""

from tracker.landing.answered import Answered, answered
from tracker.landing.attempt import Attempt, traced
from tracker.landing.journal import PageLine, Sums, page_name, read_journal, whole_lines
from tracker.landing.manifest import DEMO_HEADER, Manifest, RawFile, run_id
from tracker.landing.raw import RawRun
from tracker.landing.runs import LandedRun, parts_of, prune, runs
from tracker.landing.walk import Walk
from tracker.landing.written import CUT_OFF, close_cut_off, writing

__all__ = [
    "CUT_OFF",
    "DEMO_HEADER",
    "Answered",
    "Attempt",
    "LandedRun",
    "Manifest",
    "PageLine",
    "RawFile",
    "RawRun",
    "Sums",
    "Walk",
    "answered",
    "close_cut_off",
    "page_name",
    "parts_of",
    "prune",
    "read_journal",
    "run_id",
    "runs",
    "traced",
    "whole_lines",
    "writing",
]
