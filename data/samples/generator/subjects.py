"""The register of firms: those that the sample units dealt with, some under a former name."""

from __future__ import annotations

from datetime import date

from .detail import Detail
from .model import BUSINESS, PERSON
from .office import Office

WANTED = 60


def add_subjects(office: Office, detail: Detail) -> None:
    """A sheet of the first month: firms and shops with names, codes and states."""
    year, month = office.year, office.habits.first_month
    parties = {
        row.decision.party.uscc: row.decision.party
        for file in detail.files
        for sheet in file.sheets
        for _, row in sheet.rows
        if row.decision and row.decision.party.category != PERSON
    }
    for number, party in enumerate(list(parties.values())[:WANTED]):
        renamed = number % 17 == 5
        closed = number % 23 == 11
        office.add(
            month,
            "subject",
            subject_name=party.name,
            uscc=party.uscc,
            subject_category="个体工商户" if party.category == BUSINESS else "企业",
            reg_no=party.reg_no,
            former_name=f"原{party.name}" if renamed else None,
            name_valid_from=date(year - 1, 6, 1) if renamed else date(year - 4, 3, 1),
            registration_status="注销" if closed else "存续",
            status_date=date(year - 1, 11, 20) if closed else None,
        )
