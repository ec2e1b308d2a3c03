"""GQ 2021: what the county's targets say of a few rows. Received on 31 January 2022."""

from __future__ import annotations

from tests.semantics import rows
from tests.target_examples.common import Place, declared, done, name, units

GQ = Place("GQ", "2022-01-31")

GQ.hand_in(
    done("GQ-T001", "县实施意见", "2021/06/01", "GQ-U01"),
    done("GQ-T023", "重点领域制度", "2021/08/01", "GQ-U01", 数量="5"),
    done("GQ-T025", "监测合同", "2021/08/01", "GQ-U01", 成果类型="机制"),
)
GQ.expect("GQ-T001", "1.0", "met")
GQ.expect("GQ-T023", "5.0", "met")
GQ.expect("GQ-T025", "1.0", "met")

GQ.hand_in(
    declared("GQ-T002", "2021-06", "GQ-U01", 分子="62", 分母="100"),
    declared("GQ-T002", "2021-12", "GQ-U01", 分子="91", 分母="100"),
    declared("GQ-T002", "2021-12", "GQ-U04", 分子="8", 分母="10"),
    declared("GQ-T003", "2021-12", "GQ-U04", 分子="19", 分母="20"),
    declared("GQ-T009", "2021-12", "GQ-U01", 数值="9"),
    declared("GQ-T028", "2021-12", "GQ-U01", 数值="4"),
)
GQ.expect("GQ-T002", "62.0", "pending", period="2021-06")  # due at the year's end
GQ.expect("GQ-T002", "90.0", "met")  # (91 + 8) / (100 + 10)
GQ.expect("GQ-T003", "95.0", "missed", unit="GQ-U04")
GQ.expect("GQ-T009", "9.0", "met")
GQ.expect("GQ-T028", "4.0", "met")

GQ.hand_in(rows.contact("修复专员", "2021/06/01", unit=name("GQ-U04")))
GQ.expect("GQ-T015", "100.0", "met", unit="GQ-U04")
GQ.expect("GQ-T015", "0.0", "missed", unit="GQ-U05")

# Two decisions of July, one of them reported
DAY = {"许可决定日期": "2021/07/01", "有效期自": "2021/07/01", "有效期至": "2026/06/30"}
GQ.hand_in(rows.permit(1, unit=units("GQ")["GQ-U04"], **DAY, 上报时间="2021/07/05"))
GQ.hand_in(rows.register(2, unit=units("GQ")["GQ-U04"], 决定日期="2021/07/01"))
GQ.expect("GQ-T022", "1.0", "met", unit="GQ-U04")  # 50 %: there is a rate

GQ.hand_in(
    rows.article("甲", "2021/09/01", unit=name("GQ-U01"), 重要节点="诚信兴商宣传月"),
    rows.article(
        "乙", "2021/06/14", unit=name("GQ-U01"), 重要节点="食品安全宣传周"
    ),  # not asked for
)
GQ.expect("GQ-T029", "1.0", "missed")

GQ.hand_in(rows.meeting("督查检查", "督查", "2021/10/01", unit=name("GQ-U01")))
GQ.expect("GQ-T030", "1.0", "met", unit="GQ-U01")

# 30 of 100 paid by the end of June, as the row of that day says; nothing told of 2019's debt.
GQ.hand_in(
    rows.debt("拖欠账款", 1, "2019/03/01", "2021/05/31", unit=name("GQ-U04")),
    rows.debt(
        "拖欠账款", 2, "2019/03/01", "2021/06/30", unit=name("GQ-U05"), **{"累计已清偿(万元)": "30"}
    ),
)
GQ.expect("GQ-T024", "0.0", "missed", unit="GQ-U04")
GQ.expect("GQ-T024", "0.0", "missed", period="2021-05", unit="GQ-U05")
GQ.expect("GQ-T024", "1.0", "met", period="2021-06", unit="GQ-U05")
GQ.hand_in(rows.commitment(1, "2021/06/01", unit=name("GQ-U04"), 公示日期="2021/06/03"))
GQ.expect("GQ-T004", "1.0", "met", unit="GQ-U04")
