"""GQ 2021: a county whose plan begins in the middle of May. Every figure is invented."""

from __future__ import annotations

from datetime import date

from .detail import Shape
from .model import PENALTY, PERMIT
from .office import Debt, Habits, Honours
from .roles import BUILDING, CITY, HEALTH, Sample, make_place, make_senders, make_shares
from .upper import Above

ROLES = {"U09": BUILDING, "U28": HEALTH, "U30": CITY}
# How much later, and worse, than the year's mean a month is.
LATE = (1.0, 1.0, 1.0, 1.0, 0.7, 1.2, 1.4, 0.7, 0.9, 1.2, 0.8, 1.2)
WRONG = (1.0, 1.0, 1.0, 1.0, 1.5, 1.3, 1.1, 0.8, 1.2, 0.9, 0.7, 0.9)

SAMPLE = Sample(
    place=make_place(
        "GQ",
        2021,
        ROLES,
        permits_by_month=(0, 0, 0, 0, 110, 170, 150, 140, 150, 130, 140, 190),
        penalties_by_month=(0, 0, 0, 0, 10, 15, 13, 12, 13, 10, 12, 17),
        late_by_month=LATE,
        late_per_mille={"U09": 30, "U28": 15, "U30": 110},
    ),
    shape=Shape(
        senders=make_senders(ROLES, bad=CITY),
        first_month=5,
        unreported=(
            ("U30", PENALTY, date(2021, 8, 18)),
            ("U09", PERMIT, date(2021, 11, 17)),
        ),
    ),
    habits=Habits(
        first_month=5,
        missed=frozenset({"GQ-T025"}),
        counts={"GQ-T023": 5},
        declared={
            "realtime_share_rate": (0, 0, 0, 0, 62, 66, 70, 75, 80, 84, 88, 91),
            "notice_commitment_coverage": (0, 0, 0, 0, 70, 76, 82, 88, 92, 96, 98, 99),
            "key_credit_domain_count": (0, 0, 0, 0, 5, 5, 6, 7, 7, 8, 9, 9),
            "theme_practice_type_count": (0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4),
        },
        # two cases, both settled; three debts, one paid, one half paid
        debts=(
            Debt("失信被执行", "工程款纠纷", 1, "2020-05-12", "07-06", "07-21"),
            Debt("失信被执行", "租赁合同纠纷", 2, "2020-12-02", "10-11", "11-02"),
            Debt("拖欠账款", "道路养护工程款", 3, "2020-08-30", "09-24", amount=42.5, paid="06-18"),
            Debt("拖欠账款", "办公设备采购款", 1, "2021-02-19", amount=8.6, paid="11-15"),
            Debt("拖欠账款", "绿化工程款", 4, "2021-03-31", amount=120.0),
        ),
        debt_months=tuple(range(5, 13)),
        commitments={"GQ-U09": 12, "GQ-U28": 12, "GQ-U30": 8},
        honours=(Honours("诚信示范企业", "县", 9, 6), Honours("示范社区", "县", 2, 8)),
        articles=(0, 0, 0, 0, 26, 34, 30, 31, 52, 38, 36, 44),
        lagging={"GQ-T002": {"GQ-U18": ""}},
        contacts_without={"GQ-U27": "修复专员", "GQ-U14": "联络员", "GQ-U39": "具体操作人"},
    ),
    above=Above(
        permits=(1350, 1200, 1500, 1600, 1650, 2100, 1750, 1600, 1700, 1500, 1650, 2200),
        penalties=(70, 60, 80, 85, 90, 120, 100, 95, 100, 80, 90, 130),
        shares=make_shares(
            "GQ", {6: 470, 7: 250, 10: 60, 25: 30, 26: 40, 27: 25, 11: 15, 9: 1, 28: 1, 30: 1},
            range(31, 41), 8,
        ),
        wrong_by_month=WRONG,
        late_by_month=LATE,
        differing={("GQ-U28", 10): -1, ("GQ-U28", 12): 1},
        wrong_per_mille={"GQ-U10": 38, "GQ-U34": 60},
        late_per_mille={"GQ-U10": 70, "GQ-U06": 8},
        missed={("GQ-U10", 6): 2, ("GQ-U07", 9): 1},
        city="淄博市",
        ranks=(None,) * 4 + (44, 42, 43, 40, 38, 39, 36, 35),
        scores=(None,) * 4 + (79.85, 79.98, 79.93, 80.12, 80.27, 80.22, 80.41, 80.49),
    ),
    seed=20210515,
)  # fmt: skip
