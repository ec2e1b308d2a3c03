"""What the office of BC keeps besides the hand-ins and the progress that its story tells."""

from __future__ import annotations

from .office import Debt, Governed, Habits, Honours
from .roles import ramp
from .upper import Above

# What the office of BC keeps besides the hand-ins and the progress that its story tells.
HABITS = Habits(
    keeps_tasks=False,
    contacts_without={"BC-U04": "联络员", "BC-U08": "具体操作人"},
    missed=frozenset({"BC-T065"}),
    declared={
        "regulation_interpretation_coverage": ramp(18, 100),
        "commitment_domain_coverage": ramp(55, 100),
        "custom_evaluation_demand_count": (0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
        "graded_regulation_coverage": ramp(40, 98),
        "graded_regulation_material_count": (3,) * 12,
        "integrity_culture_venue_count": (1, 1, 1, 1, 2, 3, 4, 4, 5, 6, 6, 6),
        "theme_practice_type_count": (0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4),
    },
    # 26 subjects, 5 excluded, 21 under treatment: 17 closed by June, 20 by the year's end
    governed=Governed(
        26, 5, {3: 4, 4: 4, 5: 4, 6: 5, 9: 2, 11: 1}, ("食品药品", "工程建设", "安全生产"),
        tuple(range(1, 13)),
    ),
    # three cases at first, one more, three settled, one left; two events, both put right
    debts=(
        Debt("失信被执行", "工程款纠纷", 1, "2020-09-14", "03-10", "03-21"),
        Debt("失信被执行", "租赁合同纠纷", 2, "2021-03-02", "06-15", "07-04"),
        Debt("失信被执行", "买卖合同纠纷", 3, "2021-11-08", "10-12", "10-28", enforced="02-16"),
        Debt("失信被执行", "工程款纠纷", 4, "05-17", enforced="05-17"),
        Debt("重大失信事件", "招商承诺未兑现", 2, "2021-06-30", "04-20"),
        Debt("重大失信事件", "合同款逾期", 5, "03-09", "09-06"),
    ),
    debt_months=tuple(range(1, 13)),
    commitments=dict.fromkeys((f"BC-U{n:02d}" for n in range(1, 18)), 2)
    | {"BC-U02": 24, "BC-U04": 40, "BC-U07": 12, "BC-U09": 14, "BC-U13": 8, "BC-U14": 16},
    silent_commitments=frozenset({("BC-U12", 4), ("BC-U17", 8)}),
    honours=(
        Honours("诚信示范企业", "本级", 6, 4),
        Honours("诚信之星", "省", 1, 9),
        Honours("诚信乡村", "省", 1, 10),
    ),
    articles=(38, 34, 34, 35, 40, 46, 42, 40, 47, 41, 40, 45),
    short_units={
        2: ("BC-U12", "BC-U17"), 3: ("BC-U17",), 4: ("BC-U14", "BC-U17"), 7: ("BC-U12",),
        8: ("BC-U13",), 10: ("BC-U12", "BC-U13"), 11: ("BC-U14",),
    },
)  # fmt: skip
ABOVE = Above(
    permits=(0,) * 12,
    penalties=(0,) * 12,
    shares=dict.fromkeys(("BC-U02", "BC-U04", "BC-U07", "BC-U09", "BC-U13", "BC-U14"), 1),
    city="白城市",
    ranks=(171, 170, 172, 175, 173, 168, 166, 165, 163, 164, 161, 158),
    scores=(70.1, 70.16, 70.02, 69.9, 70.05, 70.31, 70.4, 70.44, 70.58, 70.52, 70.7, 70.83),
)
