"""HY 2021: what the district's targets say of a few rows. Received on 31 January 2022."""

from __future__ import annotations

from tests.semantics import rows
from tests.target_examples.common import Place, declared, done, name, units

HY = Place("HY", "2022-01-31")
UNIT = units("HY")["HY-U02"]
DAY = {"许可决定日期": "2021/06/01", "有效期自": "2021/06/01", "有效期至": "2026/05/31"}

# The limit is 15 natural days: 16 June is in time, 17 June is the sixteenth day. Four records, the
# last one with an unknown category; one more decision is registered only.
HY.hand_in(
    rows.permit(1, unit=UNIT, **DAY, 上报时间="2021/06/16"),
    rows.permit(2, unit=UNIT, **DAY, 上报时间="2021/06/17"),
    rows.permit(3, unit=UNIT, **DAY, 上报时间="2021/06/02"),
    rows.permit(4, unit=UNIT, **{**DAY, "许可类别": "一般"}, 上报时间="2021/06/02"),
)
HY.hand_in(
    rows.register(4, unit=UNIT, 决定日期="2021/06/01"),  # reported
    rows.register(5, unit=UNIT, 决定日期="2021/06/01"),
    rows.register(6, unit=UNIT, 决定日期="2021/06/01"),  # not reported, and nobody has confirmed it
    # found, but no document says so
    rows.register(7, unit=UNIT, 决定日期="2021/06/01", 登记来源="网站比对"),
    # Found by a check as well: one decision, not two.
    rows.register(
        5, unit=UNIT, 决定日期="2021/06/01", 登记来源="上级抽查", 来源文号="示查〔2021〕1号"
    ),
)
HY.expect("HY-T003", "16.0", "missed", unit="HY-U02")
HY.expect("HY-T004", "75.0", "missed", unit="HY-U02")  # 3 of 4
HY.expect("HY-T005", "25.0", "missed", unit="HY-U02")  # 1 of 4
HY.expect("HY-T006", "1.0", "missed", unit="HY-U02")
HY.expect("HY-T007", "1.0", "missed", unit="HY-U02")

# 36 of 100 working days saved over all cases, whatever each case saved
HY.hand_in(
    declared("HY-T016", "2021-12", "HY-U03", 分子="36", 分母="100"),
    declared("HY-T023", "2021-12", "HY-U01", 数值="3"),
    declared("HY-T028", "2021-12", "HY-U03", 分子="9", 分母="10"),
)
HY.expect("HY-T016", "36.0", "met", unit="HY-U03")
HY.expect("HY-T023", "3.0", "met")
HY.expect("HY-T028", "90.0", "missed", unit="HY-U03")

HY.hand_in(
    done("HY-T022", "重点领域制度", "2021/08/01", "HY-U02", 数量="7"),
    done("HY-T026", "目标考核办法", "2021/05/01", "HY-U02"),
    done("HY-T029", "信用承诺制度", "2021/05/01", "HY-U02"),
    done("HY-T029", "信用核查制度", "2021/05/01", "HY-U02"),
    done("HY-T029", "信用报告应用制度", "2022/01/05", "HY-U02"),  # too late for the year
)
HY.expect("HY-T022", "7.0", "missed")
HY.expect("HY-T026", "1.0", "met")
HY.expect("HY-T029", "2.0", "missed")

# Of three cases one is fulfilled and off the list, one only fulfilled; the third is of April.
HY.hand_in(
    rows.debt("失信被执行", 1, "2020/05/01", "2021/12/31", unit=name("HY-U01"),
              办结日期="2021/03/01", 撤出名单日期="2021/04/05"),
    rows.debt("失信被执行", 2, "2020/05/01", "2021/12/31", unit=name("HY-U01"),
              办结日期="2021/03/01"),
    rows.debt("失信被执行", 3, "2021/04/10", "2021/12/31", unit=name("HY-U01")),
    rows.debt("拖欠账款", 4, "2021/04/10", "2021/12/31", unit=name("HY-U01")),
)  # fmt: skip
HY.expect("HY-T019", "2.0", "missed", period="2021-03")
HY.expect("HY-T019", "2.0", "missed")
HY.expect("HY-T020", "1.0", "missed", period="2021-04")  # none in March
HY.expect("HY-T020", "0.0", "met", period="2021-05")
HY.hand_in(
    rows.commitment(1, "2021/05/04", unit=name("HY-U02"), 公示日期="2021/05/05"),
    rows.commitment(2, "2021/05/04", unit=name("HY-U02")),
)
HY.expect("HY-T010", "50.0", "missed", unit="HY-U02")

HY.hand_in(rows.honour("诚信示范企业", "示例企业", "2021/10/01", unit=name("HY-U02"), 级别="市"))
HY.expect("HY-T018", "1.0", "met")
HY.hand_in(
    rows.article("甲", "2021/06/10", unit=name("HY-U02"), 重要节点="食品安全宣传周"),
    rows.article("乙", "2021/06/14", unit=name("HY-U02"), 重要节点="信用记录关爱日"),
    rows.article("丙", "2021/09/14", unit=name("HY-U02"), 重要节点="诚信兴商宣传月"),
)
HY.expect("HY-T024", "3.0", "met")
HY.hand_in(rows.meeting("会议", "联席会议", "2021/03/01", unit=name("HY-U02"), 目标编号="HY-T025"))
HY.expect("HY-T025", "1.0", "met")
