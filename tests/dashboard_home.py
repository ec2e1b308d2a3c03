"""A small home for page tests: one unit with every kind of record, one nil declaration, one task.

As known on 2022-07-12: June's judging day is its cut-off, 10 July.
"""

from __future__ import annotations

from pathlib import Path

from tests.semantics.rows import MARKET, SAFETY, broken, nil, permit, register, status, uscc
from tests.semantics.town import Town

PLAN, PERIOD, UNIT = "BC", "2022-06", "BC-U04"
LIMIT = "2022-06-13"  # of a permit decided on 2022-06-01


def build_town(folder: Path, also: tuple[str, ...] = ()) -> Town:
    """Load the files and publish; ``also``: further plans beside BC."""
    town = Town(folder, also=also)
    town.receive(
        "2022-06-30",
        [
            permit(1, 上报时间="2022/06/13"),  # on the last day: in time
            permit(2, 上报时间="2022/06/20"),  # seven days over the limit: late
            permit(
                3,
                上报时间="2022/06/10",
                **{"行政相对人代码_1(统一社会信用代码)": broken(uscc("91", 3))},
            ),  # in time, refused by G05
            permit(5),  # no report time: can be judged neither late nor in time
            permit(
                6,
                上报时间="2022/06/10",
                行政相对人名称="王示二",
                行政相对人类别="自然人",
                证件类型="身份证",
                证件号码="11010119900101000X",
                **{"行政相对人代码_1(统一社会信用代码)": ""},
            ),  # a person: never shown in full
        ],
    )
    town.receive("2022-07-06", [register(4)])  # never reported, limit over: 应报未报（待核）
    town.receive("2022-07-08", [nil("2022-06", "2022-07-08", unit=SAFETY)])
    town.receive("2022-07-12", [status("BC-01-2", "2022-07-12", "进行中", unit=MARKET[0])])
    town.load()
    return town
