"""Checks that need more than one row or file: names that must exist, facts that must agree, loops.

Each check is one function over all sheets, named after its rule, and yields one problem a row.

May import: errors, registry, registry.elsewhere, registry.terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracker.registry.cross import counted, elsewhere, lines, publishers, rules, terms
from tracker.registry.cross.told import Sheets
from tracker.registry.read import Problem


def check_together(sheets: Sheets) -> Iterator[Problem]:
    """Yield what is wrong between rows and between files."""
    for check in CHECKS:
        yield from check(sheets)


CHECKS: tuple[Callable[[Sheets], Iterator[Problem]], ...] = (
    publishers.countries_have_a_row,
    publishers.organizations_agree,
    publishers.organizations_are_spelt_alike,
    publishers.aliases_lead_to_a_reviewed_namespace,
    lines.lines_have_parents_and_developers,
    lines.families_say_whose_weights,
    lines.weights_lead_to_a_line,
    lines.families_are_reached,
    lines.lines_are_no_older_than_what_they_come_from,
    rules.publishers_of_their_own_are_reviewed,
    rules.roots_belong_to_lines,
    rules.two_lines_may_not_share_one_root,
    rules.two_mirror_rules_may_not_share_one_name,
    rules.mirrors_point_at_developers,
    rules.mirrors_do_not_run_in_a_circle,
    rules.overrides_do_not_contradict,
    terms.licenses_of_lines_name_a_line,
    terms.terms_follow_one_another,
    terms.one_license_has_one_class,
    counted.rules_follow_one_another,
    elsewhere.makers_are_somewhere,
    elsewhere.makers_are_named_once,
    elsewhere.license_words_are_named_once,
    elsewhere.openness_is_of_a_known_namespace,
    elsewhere.other_names_lead_to_a_root,
    elsewhere.second_hub_is_of_a_known_namespace,
)
