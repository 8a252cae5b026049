"""How a data set is cited: CITATION.cff for programs, BibTeX for papers. Nothing here knows the day of reading."""

from __future__ import annotations

from tracker import __version__
from tracker.handover.data_set import yaml
from tracker.handover.data_set.subject import Subject
from tracker.pages.citing import AUTHOR, in_tex


def version(subject: Subject) -> str:
    """Return the version as catalogues want it: three numbers, of the night."""
    day = subject.day
    return f"{day.year}.{day.month}.{day.day}"


def cff(subject: Subject) -> str:
    """Return CITATION.cff."""
    facts = subject.facts
    return yaml.document(
        {
            "cff-version": "1.2.0",
            "message": "If you use these data, please cite them as below, with the night that you used.",
            "type": "dataset",
            "title": subject.name,
            "abstract": subject.summary,
            "authors": [{"name": AUTHOR}],
            "version": f"{subject.day}, generation {facts.generation}, copy {facts.copy_id}",
            "date-released": subject.day.isoformat(),
            "license": "CC-BY-4.0",
            "url": subject.address,
            "keywords": ["Hugging Face Hub", "open models", "lineage", "downloads"],
            "references": [
                {"type": "software", "title": "hub-adoption-tracker", "authors": [{"name": AUTHOR}],
                 "version": __version__, "license": "Apache-2.0"},
            ],
        }
    )  # fmt: skip


def bibtex(subject: Subject) -> str:
    """Return an entry of BibTeX."""
    facts = subject.facts
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{in_tex(subject.name)}}}",
        "year": str(subject.day.year),
        "month": str(subject.day.month),
        "version": f"{subject.day}, generation {facts.generation}",
        "note": f"Copy {(facts.copy_id or '')[:12]}" + (". Synthetic demo data, not a finding" * facts.synthetic),
        "url": subject.address,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{adoption-tracker-data-{subject.day},\n{lines}\n}}"
