"""CC 2018: a district with weekly reports, before platform receipts. Every figure is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .detail import Shape
from .model import PENALTY
from .office import Habits, Honours
from .roles import BUILDING, CITY, HEALTH, Sample, make_place, make_senders, make_shares
from .upper import Above

ROLES = {"U32": BUILDING, "U37": HEALTH, "U33": CITY}
# How much later, and worse, than the year's mean a month is.
LATE = (0.6, 1.0, 1.4, 1.6, 1.1, 0.7, 1.2, 0.6, 0.8, 1.1, 0.9, 1.4)
WRONG = (1.3, 1.2, 1.1, 1.4, 1.5, 0.9, 0.8, 1.0, 0.8, 0.7, 0.9, 1.1)
SENDERS = make_senders(ROLES, bad=CITY, times=("reported_at", "published_at"), unpublished_every=90)

SAMPLE = Sample(
    place=make_place(
        "CC",
        2018,
        ROLES,
        permits_by_month=(90, 50, 95, 90, 90, 130, 110, 100, 110, 90, 100, 130),
        penalties_by_month=(8, 4, 8, 8, 8, 12, 10, 9, 10, 8, 9, 13),
        late_by_month=LATE,
        late_per_mille={"U32": 40, "U37": 20, "U33": 130},
    ),
    shape=Shape(
        senders={**SENDERS, "U37": replace(SENDERS["U37"], gap=(3, 4, 5, 6, 7, 8, 12))},
        has_receipts=False,
        unreported=(("U33", PENALTY, date(2018, 8, 15)),),
    ),
    habits=Habits(
        done_late={"CC-05-4-b3": "10-19", "CC-05-Ta": "10-19"},
        undone=frozenset({"CC-05-1"}),
        counts={"CC-T029": 5, "CC-T028": 6},
        declared={
            "monitor_standard_count": (0, 0, 0, 20, 48, 90, 149, 149, 150, 151, 151, 151),
            "uscc_conversion_rate": tuple((5200 + 300 * m, 9100) for m in range(12)),
            "training_course_inclusion": (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2),
            "memo_landed_count": (12, 12, 14, 15, 18, 20, 21, 23, 24, 24, 26, 27),
        },
        public_commitments=3,
        commitments={"CC-U32": 3, "CC-U33": 2, "CC-U37": 2},
        honours=(Honours("示范社区", "本级", 3, 6), Honours("示范村", "本级", 2, 8)),
        articles=(25, 22, 30, 28, 30, 42, 34, 33, 46, 36, 34, 40),
        lagging={
            "CC-01-1": {"CC-U22": "", "CC-U36": "07-16"},
            "CC-02-1": {"CC-U27": "07-09"},
            "CC-02-T2": {"CC-U27": "09-03", "CC-U22": ""},
            "CC-07-T1": {"CC-U36": "09-04"},
            "CC-T058": {"CC-U22": ""},
        },
        contacts_without={"CC-U22": "联络员", "CC-U36": "具体操作人"},
        gaps={"CC-DU-WEEK": (4, 5)},
        rows_answer={("CC-DU-WEEK", "CC-U37"): (1, 2, 9, 10, 11)},
        nil_duties=frozenset({"CC-DU-WEEK"}),
        never_nil=frozenset({"CC-U32", "CC-U33", "CC-U37"}),
        late_duties={("CC-DU-PROG", "CC-U39"): 4, ("CC-DU-APP", "CC-U38"): 6},
    ),
    above=Above(
        permits=(1700, 1500, 1850, 1950, 2000, 2600, 2200, 2050, 2100, 1850, 1950, 2700),
        penalties=(120, 105, 130, 140, 150, 200, 165, 155, 165, 135, 150, 210),
        shares=make_shares(
            "CC", {15: 520, 17: 190, 34: 30, 26: 40, 31: 60, 20: 15, 32: 1, 33: 1, 37: 1},
            range(43, 52), 9,
        ),
        wrong_by_month=WRONG,
        late_by_month=LATE,
        differing={("CC-U37", 6): 1, ("CC-U37", 10): -1},
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
