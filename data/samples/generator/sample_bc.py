"""What the office of BC keeps besides the hand-ins and the progress that its story tells."""

from __future__ import annotations

from .office import Habits, Honours
from .roles import ramp
from .upper import Above

# What the office of BC keeps besides the hand-ins and the progress that its story tells.
HABITS = Habits(
    keeps_tasks=False,
    contacts_without={"BC-U04": "联络员", "BC-U08": "具体操作人"},
    missed=frozenset({"BC-T065"}),
    declared={
        "regulation_interpretation_coverage": ramp(18, 100),
        "custom_evaluation_demand_count": (0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
        "graded_regulation_coverage": ramp(40, 98),
        "graded_regulation_material_count": (3,) * 12,
        "integrity_culture_venue_count": (1, 1, 1, 1, 2, 3, 4, 4, 5, 6, 6, 6),
        "theme_practice_type_count": (0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4),
    },
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
