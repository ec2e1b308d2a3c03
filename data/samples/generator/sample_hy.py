"""HY 2021: a district with a limit of 15 natural days. Every figure is invented."""

from __future__ import annotations

from datetime import date

from .detail import Shape
from .model import PENALTY, PERMIT
from .office import Debt, Habits, Honours
from .roles import BUILDING, CITY, HEALTH, Sample, make_place, make_senders, make_shares, ramp
from .upper import Above

ROLES = {"U05": BUILDING, "U08": HEALTH, "U10": CITY}
# How much later, and worse, than the year's mean a month is.
LATE = (1.4, 0.6, 0.7, 0.8, 0.9, 1.3, 1.2, 0.7, 1.0, 1.1, 0.9, 1.5)
WRONG = (1.1, 1.3, 1.5, 1.2, 0.8, 0.9, 1.1, 1.0, 0.7, 0.8, 0.6, 1.0)

SAMPLE = Sample(
    place=make_place(
        "HY",
        2021,
        ROLES,
        permits_by_month=(90, 45, 95, 100, 105, 135, 110, 100, 110, 95, 105, 140),
        penalties_by_month=(12, 6, 11, 12, 13, 17, 14, 13, 14, 11, 12, 18),
        late_by_month=LATE,
        late_per_mille={"U05": 35, "U08": 15, "U10": 80},
        limit_days=15,
        limit_kind="natural",
    ),
    shape=Shape(
        senders=make_senders(ROLES, bad=BUILDING, times=("reported_at",)),
        unreported=(
            ("U05", PERMIT, date(2021, 6, 16)),
            ("U10", PENALTY, date(2021, 10, 20)),
        ),
    ),
    habits=Habits(
        counts={"HY-T022": 7},
        declared={
            "approval_time_reduction": ramp(29.9, 37.3),
            "publicity_campaign_venue_count": (1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3),
            "green_channel_commitment_coverage": ramp(60, 98),
        },
        # five cases at first, two more, six settled, one left
        debts=(
            Debt("失信被执行", "工程款纠纷", 1, "2019-04-11", "03-02", "03-18"),
            Debt("失信被执行", "买卖合同纠纷", 2, "2019-10-23", "04-09", "04-26"),
            Debt("失信被执行", "工程款纠纷", 2, "2020-01-15", "05-20", "06-08"),
            Debt("失信被执行", "租赁合同纠纷", 3, "2020-06-09", "08-11", "09-01"),
            Debt("失信被执行", "服务合同纠纷", 4, "2020-11-27", "10-14", "11-03"),
            Debt("失信被执行", "工程款纠纷", 5, "02-24", "11-10", "11-30"),
            Debt("失信被执行", "征收补偿纠纷", 6, "07-13"),
        ),
        debt_months=tuple(range(1, 13)),
        commitments={"HY-U05": 6, "HY-U08": 6, "HY-U10": 4},
        honours=(Honours("诚信示范企业", "本级", 22, 3), Honours("示范社区", "本级", 5, 5)),
        articles=(42, 40, 58, 52, 55, 78, 66, 58, 88, 62, 60, 72),
        contacts_without={"HY-U13": "联络员", "HY-U31": "修复专员"},
    ),
    above=Above(
        permits=(2900, 2500, 3100, 3300, 3400, 4300, 3700, 3400, 3500, 3100, 3300, 4500),
        penalties=(200, 180, 220, 240, 250, 330, 280, 260, 280, 230, 250, 350),
        shares=make_shares(
            "HY", {3: 460, 4: 260, 11: 40, 7: 50, 9: 20, 6: 12, 12: 15, 5: 1, 8: 1, 10: 1},
            range(29, 45), 6,
        ),
        wrong_by_month=WRONG,
        late_by_month=LATE,
        differing={("HY-U08", 5): 1, ("HY-U08", 12): -1},
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
