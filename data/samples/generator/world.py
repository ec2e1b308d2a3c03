"""Makes the firms and people of the town, and what the units decided on them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from . import codes, days
from .model import BUSINESS, COMPANY, PENALTY, PERMIT, PERSON, Decision, Party, Unit
from .place import Place
from .town import FINES, NUMERALS, PLACES, SHOPS, SURNAMES, TRADES


class World:
    """Makes parties and decisions; every number is handed out once."""

    def __init__(self, rng: Random, units: dict[str, Unit], place: Place) -> None:
        self.rng = rng
        self.units = units
        self.place = place
        self._serial = 0
        self._documents: dict[tuple[str, str, int], int] = {}

    def person_name(self) -> str:
        numeral = self.rng.choice(NUMERALS)
        tail = numeral + self.rng.choice(NUMERALS) if self.rng.random() < 0.4 else numeral
        return self.rng.choice(SURNAMES) + self.rng.choice("示例") + tail

    def party(self, category: str, short: str = "") -> Party:
        """A new party of that category, of a trade the unit deals with; its codes are nobody's."""
        self._serial += 1
        rng = self.rng
        if category == PERSON:
            born = date(1960, 1, 1) + timedelta(days=rng.randrange(15000))
            return Party(self.person_name(), PERSON, id_no=codes.resident_id(born))
        if category == BUSINESS:
            name = rng.choice(PLACES) + rng.choice(NUMERALS) + "号" + rng.choice(SHOPS) + "（示例）"
            code = codes.uscc("92", f"{self.place.plan_id}G{self._serial:05d}")
            return Party(name, BUSINESS, code, legal_rep=self.person_name())
        trade = rng.choice(self.place.trades_of.get(short, TRADES))
        name = f"{rng.choice(PLACES)}{rng.choice(NUMERALS)}{trade}有限公司（示例）"
        code = codes.uscc("91", f"{self.place.plan_id}E{self._serial:05d}")
        number = codes.registration_number(self._serial) if self._serial % 3 == 0 else None
        return Party(name, COMPANY, code, legal_rep=self.person_name(), reg_no=number)

    def _category(self, short: str) -> str:
        business, person = self.place.party_mix[short]
        drawn = self.rng.randrange(100)
        return BUSINESS if drawn < business else PERSON if drawn < business + person else COMPANY

    def _document_no(self, short: str, ledger: str, year: int) -> str:
        key = (short, ledger, year)
        self._documents[key] = self._documents.get(key, 0) + 1
        word = "许" if ledger == PERMIT else "罚"
        return f"示{self.place.document_heads[short]}{word}字〔{year}〕{self._documents[key]}号"

    def _report_day(self, short: str, decided: date) -> tuple[date, bool]:
        place = self.place
        rate = place.late_per_mille[short] * place.late_by_month[decided.month - 1] / 1000
        if self.rng.random() < rate:
            # nearly always a few days over the limit, now and then a month
            over = self.rng.choice((1, 1, 2, 2, 3, 4, 6, 9, 15))
            day = min(place.limit_of(decided, over), place.last_report)
            return day, day > place.limit_of(decided)
        return days.after(decided, self.rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7))), False

    def decision(
        self, short: str, ledger: str, decided: date, category: str | None = None
    ) -> Decision:
        """One decision of the unit on that day, with the day it went up."""
        unit = self.units[short]
        party = self.party(category or self._category(short), short)
        day, late = self._report_day(short, decided)
        clock = time(self.rng.randrange(8, 18), self.rng.randrange(60), self.rng.randrange(60))
        document_no = self._document_no(short, ledger, decided.year)
        make = self._permit if ledger == PERMIT else self._penalty
        values = {
            "counterparty_name": party.name,
            "counterparty_category": party.category,
            "uscc": party.uscc,
            "reg_no": party.reg_no,
            "org_code": party.uscc[8:17] if party.reg_no and party.uscc else None,
            "legal_rep": party.legal_rep,
            "id_type": "身份证" if party.category == PERSON else None,
            "id_no": party.id_no,
            "document_no": document_no,
            "decision_date": decided,
            "authority_name": unit.name,
            "authority_uscc": unit.uscc,
            "source_unit_name": unit.name,
            "source_unit_uscc": unit.uscc,
            **make(short, decided, party),
        }
        reported = datetime.combine(day, clock)
        return Decision(ledger, unit, party, document_no, decided, reported, late, values)

    def _permit(self, short: str, decided: date, party: Party) -> dict[str, Any]:
        kinds = self.place.permit_kinds[short]
        if any(k[1] == "认可" for k in kinds):
            # persons are recognised, firms are not
            kinds = [k for k in kinds if (k[1] == "认可") == (party.category == PERSON)]
        elif any("药" in k[0] for k in kinds):
            # pharmacies get pharmacy permits, and nobody else does
            kinds = [k for k in kinds if ("药" in k[0]) == ("药" in party.name)]
        title, category, certificate, content, years = self.rng.choice(kinds)
        until = date(2099, 12, 31) if years == 0 else decided.replace(year=decided.year + years)
        number = f"{self.place.plan_id}{decided:%Y}{self._serial:06d}" if certificate else None
        return {
            "document_name": title,
            "permit_category": category,
            "certificate_name": certificate or None,
            "permit_no": number,
            "content": content,
            "valid_from": decided,
            "valid_to": until,
            "status": "1",
        }

    def _penalty(self, short: str, decided: date, party: Party) -> dict[str, Any]:
        kind, facts, basis, category = self.rng.choice(self.place.penalty_kinds[short])
        fine = self.rng.choice(FINES[:4] if party.category == PERSON else FINES)
        parts = (["警告"] if "警告" in category else []) + [f"罚款{fine}元"]
        return {
            "violation_type": kind,
            "violation_facts": facts,
            "penalty_basis": basis,
            "penalty_category": category,
            "penalty_content": "；".join(parts),
            "fine_wan_yuan": fine / 10000,
            "decision_date": decided,
            "valid_to": decided.replace(year=decided.year + 1),
            "publicity_until": decided.replace(year=decided.year + 1)
            if self.rng.random() < 0.6
            else None,
        }

    def month(self, year: int, month: int) -> list[Decision]:
        """All decisions of a month, by day; numbers follow the monthly scale."""
        made = []
        workdays = days.workdays_of(year, month)
        for ledger, scale, shares in (
            (PERMIT, self.place.permits_by_month[month - 1], self.place.permit_shares),
            (PENALTY, self.place.penalties_by_month[month - 1], self.place.penalty_shares),
        ):
            for short, count in self._split(scale, shares).items():
                decided_on = sorted(self.rng.choice(workdays) for _ in range(count))
                made += [self.decision(short, ledger, day) for day in decided_on]
        return made

    def _split(self, total: int, shares: dict[str, int]) -> dict[str, int]:
        """`total` dealt by shares, the remainder by lot, so that small units vary."""
        counts = {short: total * share // 100 for short, share in shares.items()}
        names = list(shares)
        for _ in range(total - sum(counts.values())):
            counts[self.rng.choices(names, [shares[n] for n in names])[0]] += 1
        return counts
