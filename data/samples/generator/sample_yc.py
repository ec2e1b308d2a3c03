"""YC 2020: a city with its own index. Every figure is invented, at the scale of such a city."""

from __future__ import annotations

from datetime import date

from .detail import Shape
from .model import PENALTY, PERMIT
from .office import Debt, Governed, Habits, Honours
from .roles import (
    BUILDING,
    CITY,
    HEALTH,
    YEAR,
    Sample,
    make_place,
    make_senders,
    make_shares,
    monthly,
)
from .upper import Above

ROLES = {"U15": BUILDING, "U29": HEALTH, "U35": CITY}
# How much later, and worse, than the year's mean a month is.
LATE = (1.1, 0.5, 1.5, 1.2, 0.8, 1.4, 0.6, 0.9, 1.2, 0.7, 1.0, 1.6)
WRONG = (0.8, 0.9, 1.4, 1.1, 1.3, 0.9, 0.7, 1.0, 1.2, 0.8, 0.7, 1.3)

DOMAINS = (
    *("电信网络诈骗", "互联网虚假信息", "医药卫生", "生态环境", "安全生产", "食品药品", "工程建设"),
    *("拖欠工资", "劳动用工", "金融", "偷逃骗税", "产品质量", "价格", "合同履约", "交通运输"),
    *("教育培训", "知识产权", "家政服务", "旅游"),
)


SAMPLE = Sample(
    place=make_place(
        "YC",
        2020,
        ROLES,
        permits_by_month=(80, 40, 75, 84, 88, 114, 92, 84, 92, 80, 88, 118),
        penalties_by_month=(10, 5, 9, 10, 11, 14, 12, 11, 12, 9, 10, 15),
        late_by_month=LATE,
        late_per_mille={"U15": 22, "U29": 14, "U35": 75},
    ),
    shape=Shape(
        senders=make_senders(ROLES, bad=CITY),
        unreported=(
            ("U35", PENALTY, date(2020, 5, 13)),
            ("U15", PERMIT, date(2020, 9, 16)),
        ),
        exempt=(("U35", PENALTY, date(2020, 7, 15)),),
        spot_check=(date(2020, 11, 16), 5, 9),
        misnamed=(("U29", 8),),
    ),
    habits=Habits(
        done_late={"YC-M3-1-c": "07-15", "YC-M6-3-a": "11-12"},
        finished={"YC-M4-2-a": "10-22", "YC-M4-2-b": "10-15", "YC-M4-2-c": "10-28"},
        undone=frozenset({"YC-M5-3-c"}),
        missed=frozenset({"YC-T027"}),
        lagging={"YC-T034": {"YC-U27": ""}},
        counts={"YC-T021": 5, "YC-T026": 2, "YC-T048": 1},
        governed=Governed(38, 4, {5: 12, 9: 14, 10: 6}, DOMAINS, (2, 6, 10), listed_month=2),
        # fourteen agencies on the list at first, none from November on
        debts=tuple(
            Debt(
                "失信被执行",
                "合同款纠纷",
                number,
                f"2019-{1 + number % 12:02d}-{5 + number:02d}",
                fulfilled=f"{4 + number // 2:02d}-{8 + number:02d}",
                removed=f"{4 + number // 2:02d}-{13 + number:02d}",
            )
            for number in range(1, 15)
        ),
        debt_months=(3, 6, 9, 11, 12),
        late_duties={("YC-DU-ANALYSIS", "YC-U01"): 4},
        missing_duties=frozenset(
            {("YC-DU-MEET", "YC-U01", "2020-02"), ("YC-DU-ANALYSIS", "YC-U01", "2020-09")}
        ),
        forgotten=0,
        contacts_without={"YC-U41": "联络员", "YC-U47": "具体操作人", "YC-U60": "修复专员"},
        declared={
            "credit_info_increment": monthly(5310, (7, 6, 8, 8, 8, 9, 9, 8, 9, 9, 9, 10)),
            "batch_credit_review_count": monthly(1180, YEAR),
            "credit_report_issued_count": monthly(742, YEAR),
            "memo_landed_count": (43, 43, 44, 44, 45, 46, 47, 47, 48, 49, 51, 51),
            "system_level_leading": (0,) * 9 + (1,) * 3,
            "commitment_item_list_coverage": (30, 35, 40, 55, 60, 72, 85, 97, 97, 98, 98, 98),
            # of those that failed their review
            "standard_demo_revoke_rate": (*(None,) * 8, (2, 3), (3, 3), (3, 3), (3, 3)),
        },
        honours=(
            Honours("信用管理贯标企业", "市", 118, 2),
            Honours("信用管理示范企业", "市", 12, 5),
            Honours("信用管理示范企业", "省", 2, 9),
            Honours("文明实践基地", "市", 4, 6),
            Honours("信用管理贯标企业", "市", 36, 9, years_ago=2, revoked=2),
            Honours("信用管理示范企业", "市", 8, 10, years_ago=1, revoked=1),
        ),
        articles=(154, 133, 158, 156, 162, 188, 165, 160, 174, 163, 170, 197),
        skipped=frozenset({("YC-T051", 9), ("YC-T053", 2)}),
    ),
    above=Above(
        permits=(
            52000, 45000, 56000, 60000, 63000, 74000, 66000, 62000, 67000, 61000, 66000, 80000,
        ),
        penalties=(3600, 3000, 3900, 4200, 4500, 5400, 4700, 4400, 4800, 4300, 4700, 6000),
        shares=make_shares(
            "YC", {36: 330, 12: 210, 13: 55, 16: 45, 7: 40, 26: 12, 15: 1, 29: 1, 35: 1},
            range(56, 67), 26,
        ),
        wrong_by_month=WRONG,
        late_by_month=LATE,
        differing={("YC-U29", 6): -1, ("YC-U29", 11): 1},
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
