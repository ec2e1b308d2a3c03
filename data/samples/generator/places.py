"""The four further places: their scale, their sample units, and what goes well and badly there.

Scales follow what offices of their size report; every figure is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .detail import Sender, Shape
from .layouts import Layout
from .model import PENALTY, PERMIT
from .office import Habits
from .place import Place
from .town import PENALTY_KINDS, PERMIT_KINDS
from .upper import Above

BUILDING, HEALTH, CITY = "building", "health", "city"
_PERMITS = {
    BUILDING: PERMIT_KINDS["U07"],
    HEALTH: [k for k in PERMIT_KINDS["U14"] if "学校" not in k[0]],
    CITY: [
        ("临时占用道路许可决定书", "普通", "", "准予临时占用城市道路", 1),
        ("户外广告设置许可决定书", "普通", "户外广告设置许可证", "准予设置户外广告设施", 2),
    ],
}
_PENALTIES = {
    BUILDING: PENALTY_KINDS["U07"],
    HEALTH: [
        ("违反公共场所卫生规定", "未按规定检测公共场所卫生指标", "《公共场所卫生管理条例》第十四条", "警告;罚款"),
        ("违反医疗机构管理规定", "诊疗活动超出登记范围", "《医疗机构管理条例》第四十七条", "罚款"),
    ],
    CITY: PENALTY_KINDS["U13"],
}  # fmt: skip
_HEADS = {BUILDING: "住建", HEALTH: "卫健", CITY: "城管"}
_MIX = {BUILDING: (5, 0), HEALTH: (10, 30), CITY: (45, 25)}
_MISTAKES = {
    BUILDING: {
        PERMIT: ("validity_backwards", "no_code", "bare_other", "unknown_category"),
        PENALTY: ("penalty_ends_early", "no_facts"),
    },
    HEALTH: {
        PERMIT: ("wrong_check_digit", "firm_as_business", "no_content", "business_as_firm"),
        PENALTY: ("fine_missing",),
    },
    CITY: {
        PERMIT: ("no_title", "odd_permit_category"),
        PENALTY: ("person_without_id", "fine_in_yuan", "odd_id_type", "business_as_firm"),
    },
}


@dataclass(frozen=True)
class Sample:
    """Everything that makes one place's sample."""

    place: Place
    shape: Shape
    habits: Habits
    above: Above
    seed: int


def _place(plan_id: str, year: int, roles: dict[str, str], **more: object) -> Place:
    units = {role: short for short, role in roles.items()}
    facts: dict[str, object] = {
        "permit_shares": {units[BUILDING]: 30, units[HEALTH]: 55, units[CITY]: 15},
        "penalty_shares": {units[BUILDING]: 15, units[HEALTH]: 25, units[CITY]: 60},
        "late_by_month": (1.1, 0.5, 1.5, 1.2, 0.8, 1.4, 0.6, 0.9, 1.2, 0.7, 1.0, 1.6),
        "party_mix": {s: _MIX[r] for s, r in roles.items()},
        "permit_kinds": {s: _PERMITS[r] for s, r in roles.items()},
        "penalty_kinds": {s: _PENALTIES[r] for s, r in roles.items()},
        "document_heads": {s: plan_id + _HEADS[r] for s, r in roles.items()},
        "last_report": date(year + 1, 1, 14),
    }
    return Place(plan_id=plan_id, year=year, **{**facts, **more})  # type: ignore[arg-type]


def _senders(roles: dict[str, str], plan_id: str, bad: str, extensions: bool) -> dict[str, Sender]:
    """The building office sends workbooks with a title, the health office plain ones, the city
    management a CSV of the old encoding."""
    times = ("reported_at",) if extensions else ()
    found = {}
    for short, role in roles.items():
        drawn = {
            BUILDING: Layout(title="双公示信息报送表", unit_line="", serial=True, extensions=times),
            HEALTH: Layout(dates="dash", extensions=times),
            CITY: Layout(dates="dot", extensions=times),
        }[role]
        found[short] = Sender(
            layout=drawn,
            day={BUILDING: 9, HEALTH: 7, CITY: 10}[role],
            is_csv=role == CITY,
            errors_per_mille=70 if role == bad else 10,
            mistakes=_MISTAKES[role],
        )
    return found


def _ramp(first: float, last: float, start: int = 1) -> tuple[float, ...]:
    """A straight path over the months from `start` on."""
    steps = 12 - start
    return tuple(round(first + (last - first) * max(0, m - start) / steps, 1) for m in range(1, 13))


def _monthly(total: int, weights: tuple[int, ...]) -> tuple[float, ...]:
    """A year's total dealt over the months by weights; the last month takes the rest."""
    parts = [total * w // sum(weights) for w in weights]
    parts[-1] += total - sum(parts)
    return tuple(float(p) for p in parts)


_YEAR = (8, 6, 7, 8, 9, 10, 9, 8, 9, 7, 8, 11)
_YC_ROLES = {"U15": BUILDING, "U29": HEALTH, "U35": CITY}
_GQ_ROLES = {"U09": BUILDING, "U28": HEALTH, "U30": CITY}
_HY_ROLES = {"U05": BUILDING, "U08": HEALTH, "U10": CITY}
_CC_ROLES = {"U32": BUILDING, "U37": HEALTH, "U33": CITY}


def _shares(plan_id: str, told: dict[int, int], rest: range, each: int) -> dict[str, int]:
    found = {f"{plan_id}-U{n:02d}": share for n, share in told.items()}
    for n in rest:
        found.setdefault(f"{plan_id}-U{n:02d}", each)
    return found


YC = Sample(
    place=_place(
        "YC",
        2020,
        _YC_ROLES,
        permits_by_month=(90, 45, 85, 95, 100, 130, 105, 95, 105, 90, 100, 135),
        penalties_by_month=(10, 5, 9, 10, 11, 14, 12, 11, 12, 9, 10, 15),
        late_per_mille={"U15": 25, "U29": 20, "U35": 90},
    ),
    shape=Shape(
        senders=_senders(_YC_ROLES, "YC", CITY, extensions=False),
        unreported=(
            ("U35", PENALTY, date(2020, 5, 13)),
            ("U15", PERMIT, date(2020, 9, 16)),
        ),
        exempt=(("U35", PENALTY, date(2020, 7, 15)),),
    ),
    habits=Habits(
        done_late={"YC-M1-3-b": "09-21", "YC-M3-1-c": "07-15"},
        undone=frozenset({"YC-M5-3-c"}),
        missed=frozenset({"YC-T027"}),
        late={"YC-T050": "11-12", "YC-T025": "07-15"},
        counts={"YC-T055": 3, "YC-T021": 5, "YC-T026": 3},
        declared={
            "credit_info_increment": _monthly(5310, (7, 6, 8, 8, 8, 9, 9, 8, 9, 9, 9, 10)),
            "batch_credit_review_count": _monthly(1180, _YEAR),
            "credit_report_issued_count": _monthly(742, _YEAR),
            "memo_landed_count": _ramp(43, 51),
            "system_level_leading": (0,) * 9 + (1,) * 3,
            "commitment_item_list_coverage": (30, 35, 40, 55, 60, 72, 85, 97, 97, 98, 98, 98),
            "standard_demo_revoke_rate": (0, 0, 0, 0, 50, 60, 80, 90, 100, 100, 100, 100),
        },
        honours=(
            ("信用管理贯标企业", "市", 118, 2),
            ("信用管理示范企业", "市", 12, 5),
            ("信用管理示范企业", "省", 2, 9),
            ("文明实践基地", "市", 4, 6),
        ),
        articles=(92, 84, 96, 95, 98, 116, 101, 98, 106, 100, 104, 120),
        meetings_missed=frozenset({"YC-T053:2"}),
        slow_units=("YC-U22",),
    ),
    above=Above(
        permits=(52000, 45000, 56000, 60000, 63000, 74000, 66000, 62000, 67000, 61000, 66000, 80000),
        penalties=(3600, 3000, 3900, 4200, 4500, 5400, 4700, 4400, 4800, 4300, 4700, 6000),
        shares=_shares(
            "YC", {36: 330, 12: 210, 13: 55, 16: 45, 7: 40, 26: 12, 15: 1, 29: 1, 35: 1},
            range(56, 67), 26,
        ),
        wrong_per_mille={"YC-U16": 34, "YC-U63": 41, "YC-U26": 3},
        late_per_mille={"YC-U16": 52, "YC-U63": 61, "YC-U36": 9},
        missed={("YC-U16", 5): 9, ("YC-U63", 6): 14, ("YC-U12", 10): 6, ("YC-U63", 11): 11},
        city="盐城市",
        group="地级市",
        group_size=261,
        ranks=(118, 116, 113, 109, 104, 96, 99, 97, 93, 91, 92, 88),
        scores=(73.82, 73.91, 74.06, 74.31, 74.58, 75.12, 75.03, 75.19, 75.46, 75.61, 75.57, 75.84),
        neighbours={
            3: ((100, 74.62), (80, 76.02)),
            6: ((100, 74.94), (80, 76.21), (95, 75.16), (97, 75.07)),
            9: ((98, 75.17), (103, 74.95), (78, 76.52), (84, 76.05)),
            10: ((101, 75.02), (99, 75.14), (82, 76.18)),
            12: ((100, 75.21), (80, 76.44), (87, 75.91), (89, 75.80)),
        },
        assessments=(
            ("2020-Q1", 9, 81.4, 13), ("2020-Q2", 9, 83.0, 13), ("2020-Q3", 8, 85.7, 13),
            ("2020-Q4", 7, 87.9, 13),
        ),
    ),
    seed=20200110,
)  # fmt: skip

GQ = Sample(
    place=_place(
        "GQ",
        2021,
        _GQ_ROLES,
        permits_by_month=(0, 0, 0, 0, 110, 170, 150, 140, 150, 130, 140, 190),
        penalties_by_month=(0, 0, 0, 0, 10, 15, 13, 12, 13, 10, 12, 17),
        late_per_mille={"U09": 30, "U28": 15, "U30": 110},
    ),
    shape=Shape(
        senders=_senders(_GQ_ROLES, "GQ", CITY, extensions=False),
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
        honours=(("诚信示范企业", "县", 9, 6), ("示范社区", "县", 2, 8)),
        articles=(0, 0, 0, 0, 26, 34, 30, 31, 52, 38, 36, 44),
        slow_units=("GQ-U18",),
        silent_units=("GQ-U27",),
    ),
    above=Above(
        permits=(1350, 1200, 1500, 1600, 1650, 2100, 1750, 1600, 1700, 1500, 1650, 2200),
        penalties=(70, 60, 80, 85, 90, 120, 100, 95, 100, 80, 90, 130),
        shares=_shares(
            "GQ", {6: 470, 7: 250, 10: 60, 25: 30, 26: 40, 27: 25, 11: 15, 9: 1, 28: 1, 30: 1},
            range(31, 41), 8,
        ),
        wrong_per_mille={"GQ-U10": 38, "GQ-U34": 60},
        late_per_mille={"GQ-U10": 70, "GQ-U06": 8},
        missed={("GQ-U10", 6): 2, ("GQ-U07", 9): 1},
        city="淄博市",
        ranks=(None,) * 4 + (44, 42, 43, 40, 38, 39, 36, 35),
        scores=(None,) * 4 + (79.85, 79.98, 79.93, 80.12, 80.27, 80.22, 80.41, 80.49),
    ),
    seed=20210515,
)  # fmt: skip

HY = Sample(
    place=_place(
        "HY",
        2021,
        _HY_ROLES,
        permits_by_month=(90, 45, 95, 100, 105, 135, 110, 100, 110, 95, 105, 140),
        penalties_by_month=(12, 6, 11, 12, 13, 17, 14, 13, 14, 11, 12, 18),
        late_per_mille={"U05": 35, "U08": 15, "U10": 80},
        limit_days=15,
        limit_kind="natural",
    ),
    shape=Shape(
        senders=_senders(_HY_ROLES, "HY", BUILDING, extensions=True),
        unreported=(
            ("U05", PERMIT, date(2021, 6, 16)),
            ("U10", PENALTY, date(2021, 10, 20)),
        ),
    ),
    habits=Habits(
        missed=frozenset({"HY-T026"}),
        counts={"HY-T022": 7},
        declared={
            "approval_time_reduction": _ramp(28, 36),
            "publicity_campaign_venue_count": (1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3),
            "green_channel_commitment_coverage": _ramp(60, 98),
        },
        honours=(("诚信示范企业", "本级", 22, 3), ("示范社区", "本级", 5, 5)),
        articles=(42, 40, 58, 52, 55, 78, 66, 58, 88, 62, 60, 72),
        slow_units=("HY-U22",),
    ),
    above=Above(
        permits=(2900, 2500, 3100, 3300, 3400, 4300, 3700, 3400, 3500, 3100, 3300, 4500),
        penalties=(200, 180, 220, 240, 250, 330, 280, 260, 280, 230, 250, 350),
        shares=_shares(
            "HY", {3: 460, 4: 260, 11: 40, 7: 50, 9: 20, 6: 12, 12: 15, 5: 1, 8: 1, 10: 1},
            range(29, 45), 6,
        ),
        wrong_per_mille={"HY-U12": 30},
        late_per_mille={"HY-U12": 58, "HY-U11": 44},
        missed={("HY-U12", 4): 3, ("HY-U11", 9): 2},
        city="济南市",
        group="36城组",
        group_size=36,
        ranks=(14, 14, 13, 13, 12, 12, 12, 11, 11, 12, 11, 10),
        scores=(83.1, 83.15, 83.3, 83.31, 83.52, 83.6, 83.58, 83.8, 83.86, 83.79, 83.95, 84.1),
    ),
    seed=20210104,
)  # fmt: skip

CC = Sample(
    place=_place(
        "CC",
        2018,
        _CC_ROLES,
        permits_by_month=(90, 50, 95, 90, 90, 130, 110, 100, 110, 90, 100, 130),
        penalties_by_month=(8, 4, 8, 8, 8, 12, 10, 9, 10, 8, 9, 13),
        late_per_mille={"U32": 40, "U37": 20, "U33": 130},
    ),
    shape=Shape(
        senders={
            **_senders(_CC_ROLES, "CC", CITY, extensions=True),
            "U37": Sender(
                layout=Layout(dates="dash", extensions=("reported_at",)),
                errors_per_mille=10,
                mistakes=_MISTAKES[HEALTH],
                gap=(3, 4, 5, 6, 7, 8, 12),
            ),
        },
        has_receipts=False,
        unreported=(("U33", PENALTY, date(2018, 8, 15)),),
    ),
    habits=Habits(
        done_late={"CC-05-4-b3": "10-19"},
        undone=frozenset({"CC-05-1"}),
        missed=frozenset({"CC-T003"}),
        late={"CC-T033": "10-19"},
        counts={"CC-T029": 5, "CC-T028": 6},
        declared={
            "monitor_standard_count": (0, 0, 0, 20, 48, 80, 110, 149, 149, 150, 151, 151),
            "uscc_conversion_rate": (1,) * 12,
            "training_course_inclusion": (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2),
            "memo_landed_count": (12, 12, 14, 15, 18, 20, 21, 23, 24, 24, 26, 27),
        },
        honours=(("示范社区", "本级", 3, 6), ("示范村", "本级", 2, 8)),
        articles=(25, 22, 30, 28, 30, 42, 34, 33, 46, 36, 34, 40),
        slow_units=("CC-U27", "CC-U36"),
        silent_units=("CC-U22",),
        gaps={"CC-DU-WEEK": (4, 5)},
        rows_answer=frozenset({("CC-DU-WEEK", "CC-U37")}),
        never_nil=frozenset({"CC-U32", "CC-U33", "CC-U37"}),
        late_duties={("CC-DU-PROG", "CC-U39"): 4, ("CC-DU-APP", "CC-U38"): 6},
    ),
    above=Above(
        permits=(1700, 1500, 1850, 1950, 2000, 2600, 2200, 2050, 2100, 1850, 1950, 2700),
        penalties=(120, 105, 130, 140, 150, 200, 165, 155, 165, 135, 150, 210),
        shares=_shares(
            "CC", {15: 380, 17: 150, 34: 30, 26: 40, 31: 60, 20: 15, 32: 1, 33: 1, 37: 1},
            range(43, 52), 9,
        ),
        wrong_per_mille={"CC-U17": 28},
        late_per_mille={"CC-U17": 55},
        missed={("CC-U15", 4): 6, ("CC-U17", 5): 4},
        city="长春市",
        group="36城组",
        group_size=36,
        ranks=(22, 22, 21, 23, 22, 21, 20, 21, 20, 19, 20, 19),
        scores=(79.2, 79.24, 79.4, 79.1, 79.3, 79.52, 79.7, 79.6, 79.74, 79.9, 79.81, 79.95),
    ),
    seed=20180102,
)  # fmt: skip

SAMPLES = {"CC": CC, "YC": YC, "GQ": GQ, "HY": HY}

# What the office of BC keeps besides the hand-ins and the progress that its story tells.
BC_HABITS = Habits(
    keeps_tasks=False,
    missed=frozenset({"BC-T065", "BC-T053"}),
    declared={
        "regulation_interpretation_coverage": _ramp(20, 100),
        "custom_evaluation_demand_count": (0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
        "graded_regulation_coverage": _ramp(40, 96),
        "graded_regulation_material_count": (3, 3, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3),
        "integrity_culture_venue_count": (1, 1, 1, 1, 2, 3, 4, 4, 5, 6, 6, 6),
        "theme_practice_type_count": (0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4),
    },
    honours=(("诚信示范企业", "本级", 6, 4), ("诚信之星", "省", 1, 9), ("诚信乡村", "省", 1, 10)),
    articles=(38, 34, 34, 35, 40, 46, 42, 40, 47, 41, 40, 45),
    short_units={
        2: ("BC-U12", "BC-U17"), 3: ("BC-U17",), 4: ("BC-U14", "BC-U17"), 7: ("BC-U12",),
        8: ("BC-U13",), 10: ("BC-U12", "BC-U13"), 11: ("BC-U14",),
    },
)  # fmt: skip
BC_ABOVE = Above(
    permits=(0,) * 12,
    penalties=(0,) * 12,
    shares=dict.fromkeys(("BC-U02", "BC-U04", "BC-U07", "BC-U09", "BC-U13", "BC-U14"), 1),
    city="白城市",
    ranks=(171, 170, 172, 175, 173, 168, 166, 165, 163, 164, 161, 158),
    scores=(70.1, 70.16, 70.02, 69.9, 70.05, 70.31, 70.4, 70.44, 70.58, 70.52, 70.7, 70.83),
)
