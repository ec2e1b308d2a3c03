"""Two places with the same files, known on 2022-07-08 (June is open until 10 July): BC counts its
own figures, ZZ the official ones. The scores of the market unit are worked out below.

June of 示例单位04 (market), in both places:
* 13 decisions are owed (twelve permits and one that was only registered), 12 reported: 12/13
* 12 records, two of them with a wrong code: 10/12
* of the 13 whose limit (13 June) is over, eleven were reported by then (one late, one never): 11/13
* two ledgers fell due, one declared nil in time, one missing: 1/2
* it leads no dated task: the part 任务 is left out
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.semantics.rows import (
    ENVIRONMENT,
    MARKET,
    SAFETY,
    Row,
    article,
    broken,
    honour,
    nil,
    notice,
    permit,
    register,
    uscc,
)
from tests.semantics.town import Town

AS_OF, PERIOD = "2022-07-08", "2022-06"
REPORT, COMPLIANCE, IN_TIME, LEDGER = 12 / 13, 10 / 12, 11 / 13, 1 / 2
OWN_POINTS = 25 * REPORT + 25 * COMPLIANCE + 20 * IN_TIME + 15 * LEDGER
# Reported and corrected: 上报 and 合规 are whole; what was late stays late.
MENDED_POINTS = 25 + 25 + 20 * IN_TIME + 15 * LEDGER
# The notice says 26 owed, 24 reported, 22 stored, 2 late.
OFFICIAL_POINTS = 25 * 24 / 26 + 25 * 22 / 24 + 20 * 22 / 26 + 15 * LEDGER
WEIGHTS = 85


def permits() -> list[Row]:
    """Twelve of the market unit, eleven of the safety unit, two of the environment unit."""
    rows = []
    for serial in range(1, 13):
        wrong = {"行政相对人代码_1(统一社会信用代码)": broken(uscc("91", serial))}
        reported = "2022/06/20" if serial == 1 else "2022/06/10"  # the limit is 13 June
        rows.append(permit(serial, 上报时间=reported, **(wrong if serial > 10 else {})))
    for serial in range(21, 32):
        rows.append(permit(serial, unit=SAFETY, 上报时间="2022/06/10"))
    for serial in (41, 42):
        rows.append(permit(serial, unit=ENVIRONMENT, 上报时间="2022/06/10"))
    return rows


def build(folder: Path, plan: str = "BC") -> Town:
    """A home with the files of the place loaded and published."""
    folder.mkdir(exist_ok=True)
    town = Town(folder, plan)
    if plan != "BC":
        path = town.plan_folder / "plan.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('figures = "own"', 'figures = "official"'), encoding="utf-8")
    town.receive("2022-06-08", [nil("2022-05", "2022-06-08", unit=MARKET)])
    town.receive("2022-06-30", permits())
    town.receive("2022-07-06", [register(13)])
    town.receive(
        "2022-07-08",
        [
            notice("2022-06", "合计", "2022-07-07", unit=MARKET[0], 应报量="26", 上报量="24",
                   入库量="22", 迟报量="2"),
        ],
    )  # fmt: skip
    town.receive(AS_OF, [article("诚信经营进社区", "2022-06-03", unit=MARKET[0])])
    town.receive(
        AS_OF, [honour("诚信示范企业", "示例甲有限公司", "2022-06-01", unit=MARKET[0], 级别="省")]
    )
    loaded = town.load()
    assert loaded.outcome.gate_status == "passed", loaded.outcome.gate_failed
    return town


def near(value: float) -> object:
    """Equal but for the order of adding."""
    return pytest.approx(value)
