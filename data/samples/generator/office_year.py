"""Plays the office's year: everything that its ledgers hold, in the order in which it is drawn."""

from __future__ import annotations

from .office import Office
from .office_cases import add_cases
from .office_life import add_articles, add_contacts, add_honours, add_mistakes
from .office_progress import add_progress, add_submissions
from .office_results import add_declared, add_documents, add_meetings


def play(office: Office) -> None:
    """The whole year."""
    if office.habits.keeps_tasks:
        add_submissions(office)
        add_progress(office)
    for target in office.plan.targets:
        kind, _, what = office.plan.binding(target["target_id"])["measure"].partition(":")
        if kind == "deliverable":
            add_documents(office, target)
        elif kind == "declaration":
            add_declared(office, target)
        elif what == "meeting_training":
            add_meetings(office, target)
    add_articles(office)
    add_honours(office)
    add_contacts(office)
    add_cases(office)
    add_mistakes(office)
