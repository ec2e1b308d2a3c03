"""BC 2022: what the zone's targets say of a few rows. Received on 31 January 2023."""

from __future__ import annotations

from tests.semantics import rows
from tests.semantics.rows import Row
from tests.target_examples.common import Place, declared, done, name, units

BC = Place("BC", "2023-01-31")
ARTICLES = {"unit": name("BC-U04")}

# Double publicity: decided on Wednesday 1 June, reported on 10 June: 2, 6, 7, 8, 9, 10 June are
# working days (3 June is Dragon Boat day), six of them. Of two decisions one was never reported.
BC.hand_in(rows.permit(1, unit=units("BC")["BC-U04"], 上报时间="2022/06/10"))
BC.hand_in(
    rows.register(1, unit=units("BC")["BC-U04"]), rows.register(2, unit=units("BC")["BC-U04"])
)
BC.expect("BC-T005", "6.0", "met", unit="BC-U04")
BC.expect("BC-T006", "50.0", "missed", unit="BC-U04")

# Deliverables
BC.hand_in(
    done("BC-T015", "贯彻落实意见", "2022/05/10", "BC-U02"),
    done("BC-T016", "条例实施方案", "2022/06/01", "BC-U02", 目标编号=""),  # its clause is enough
    done("BC-T039", "诚信典型范围清单", "2022/04/01", "BC-U02"),
    done("BC-T039", "严重失信行为及主体范围清单", "2022/04/01", "BC-U02"),
    done("BC-T039", "守信激励措施清单", "2022/05/01", "BC-U02"),
    done("BC-T039", "失信惩戒措施清单", "2022/05/01", "BC-U02"),
    done("BC-T039", "失信惩戒措施清单", "2022/06/01", "BC-U04"),  # the same list again: once
    done("BC-T049", "筛查报告", "2022/08/01", "BC-U02"),
    done("BC-T066", "承诺制度", "2022/08/01", "BC-U04"),
    done("BC-T064", "经验一", "2022/09/01", "BC-U02", 成果类型="案例经验"),
    done("BC-T064", "经验二", "2022/10/01", "BC-U02", 成果类型="案例经验", 认定级别="国家"),
    done("BC-T064", "经验三", "2023/01/10", "BC-U02", 成果类型="案例经验"),  # next year's
)
BC.expect("BC-T015", "1.0", "met")
BC.expect("BC-T016", "1.0", "met")
BC.expect("BC-T039", "4.0", "met")
BC.expect("BC-T049", "1.0", "met")
BC.expect("BC-T066", "1.0", "met", unit="BC-U04")
BC.expect("BC-T066", "0.0", "missed", unit="BC-U05")  # the ledger is in use, and nothing of it
BC.expect("BC-T064", "2.0", "met")
BC.expect("BC-T065", "1.0", "met")  # one of the two was recognised by the state

# Declarations
BC.hand_in(
    declared("BC-T017", "2022-12", "BC-U02", 分子="1", 分母="1"),
    declared("BC-T017", "2022-12", "BC-U04", 分子="0", 分母="1"),
    declared("BC-T029", "2022-03", "BC-U04", 数值="1"),
    declared("BC-T030", "2022-06", "BC-U02", 分子="3", 分母="4"),
    declared("BC-T030", "2022-12", "BC-U02", 分子="4", 分母="4"),  # the last one is the state
    declared("BC-T036", "2022-06", "BC-U04", 数值="3"),
    declared("BC-T036", "2022-07", "BC-U04", 数值="2"),
    declared("BC-T056", "2022-11", "BC-U02", 数值="6"),
    declared("BC-T058", "2022-11", "BC-U02", 数值="3"),
)
BC.expect("BC-T017", "50.0", "missed")  # (1 + 0) / (1 + 1)
BC.expect("BC-T029", "1.0", "met", unit="BC-U04")
BC.expect("BC-T030", "75.0", "missed", period="2022-Q2")
BC.expect("BC-T030", "100.0", "met")
BC.expect("BC-T036", "3.0", "met", period="2022-06", unit="BC-U04")
BC.expect("BC-T036", "2.0", "missed", period="2022-07", unit="BC-U04")
BC.expect("BC-T056", "6.0", "met")
BC.expect("BC-T058", "3.0", "missed")  # three of four kinds

# Honours
BC.hand_in(
    rows.honour("诚信示范企业", "示例企业甲", "2022/05/01", unit=name("BC-U01"), 级别="省"),
    rows.honour("诚信示范企业", "示例企业乙", "2022/05/01", unit=name("BC-U01"), 级别="省"),
    rows.honour("诚信乡村", "示例村", "2022/06/01", unit=name("BC-U01"), 级别="省"),
    rows.honour(
        "示范社区", "示例社区", "2022/06/01", unit=name("BC-U01"), 级别="省"
    ),  # no such kind asked
    rows.honour("诚信之星", "示例之星", "2022/07/01", unit=name("BC-U01"), 级别="本级"),
)
BC.expect("BC-T051", "2.0", "missed")  # two kinds at the province; 诚信之星 is the zone's own
BC.expect("BC-T052", "1.0", "met")

# Meetings
BC.hand_in(
    rows.meeting("培训", "信用大讲堂", "2022/04/01", unit=name("BC-U02"), 层级="省"),
    rows.meeting("走访调研", "企业走访", "2022/05/01", unit=name("BC-U02")),
)
BC.expect("BC-T053", "1.0", "met")
BC.expect("BC-T054", "0.0", "missed")  # no training of its own
BC.expect("BC-T055", "1.0", "met")

# Articles
BC.hand_in(
    rows.article("转载一", "2022/02/01", **ARTICLES, 稿件类型="转载", 任务编号="BC-01-1"),
    rows.article("甲", "2022/06/01", **ARTICLES, 宣传领域="政务诚信", 重要节点="信用记录关爱日"),
    rows.article(
        "甲", "2022/06/20", unit=name("BC-U05"), 宣传领域="司法公信"
    ),  # the same text again
    rows.article("乙", "2022/06/02", **ARTICLES, 宣传领域="社会诚信", 重要节点="诚信兴商宣传月"),
    rows.article("丙", "2022/03/15", **ARTICLES, 重要节点="国际消费者权益日"),
    rows.article("丁", "2022/03/16", **ARTICLES, 重要节点="国际消费者权益日"),
)
BC.expect("BC-T014", "1.0", "met")
BC.expect("BC-T057", "3.0", "missed")  # 政务, 社会, 商务; the repeat brings no 司法公信
BC.expect("BC-T059", "2.0", "missed")  # 诚信兴商宣传月 is not one of the five
BC.expect("BC-T060", "2.0", "met", period="2022-06", unit="BC-U04")
BC.expect("BC-T060", "0.0", "missed", period="2022-06", unit="BC-U05")  # only a repeat


# Six firms under treatment. One is dissolved; of the other five two are out: the one that works was
# talked to, has promised and is supervised, the one that nobody finds is supervised. The fourth is
# said to be out but never promised: an error, so that it stays as it was told before. The fifth
# left in July. The seventh left in the year before.
def _treated(serial: int, told: str = "2022/12/31", **cells: str) -> Row:
    return rows.governed(serial, "2022/01/10", told, unit=name("BC-U04"), **cells)


MET = {"联系状态": "在经营", "约谈日期": "2022/03/01"}
CLOSED = {**MET, "承诺日期": "2022/03/01", "纳入重点监管日期": "2022/03/08"}
BC.hand_in(
    _treated(1, 剔除原因="注销", 剔除日期="2022/02/01"),
    _treated(2, **CLOSED, 退出日期="2022/05/10"),
    _treated(3, 联系状态="无法联系", 纳入重点监管日期="2022/04/01", 退出日期="2022/06/30"),
    _treated(4, "2022/04/30", **MET, 纳入重点监管日期="2022/04/01"),
    _treated(4, **MET, 纳入重点监管日期="2022/04/01", 退出日期="2022/05/20"),
    _treated(5, **CLOSED, 退出日期="2022/07/01"),
    _treated(6, 联系状态="在经营"),
    _treated(7, 列入日期="2021/05/01", 联系状态="不再经营", 纳入重点监管日期="2021/08/01",
             退出日期="2021/12/31"),
)  # fmt: skip
BC.expect("BC-T045", "40.0", "missed")  # 2 of 5, as it stood on 30 June
BC.expect("BC-T046", "60.0", "missed")  # 3 of 5 at the year's end; strived for
BC.expect("BC-T047", "2.0", "missed")
BC.expect("BC-T042", "1.0", "met", unit="BC-U04")  # three of four that work were talked to
BC.expect("BC-T043", "1.0", "met", unit="BC-U04")  # two of four have promised

# Two events, one put right; cases are no events. One case of January came to execution in March,
# one in May.
_FROM = {"unit": name("BC-U01")}
BC.hand_in(
    rows.debt("重大失信事件", 1, "2022/02/01", "2022/12/31", **_FROM, 办结日期="2022/09/01"),
    rows.debt("重大失信事件", 2, "2022/02/01", "2022/12/31", **_FROM),
    rows.debt("失信被执行", 3, "2022/01/05", "2022/12/31", **_FROM, 进入强制执行日期="2022/03/31"),
    rows.debt("失信被执行", 4, "2022/01/05", "2022/12/31", **_FROM, 进入强制执行日期="2022/05/01"),
)
BC.expect("BC-T048", "50.0", "missed")
BC.expect("BC-T050", "1.0", "missed", period="2022-Q2")  # as many as in the first quarter
BC.expect("BC-T050", "0.0", "met", period="2022-Q3")

# Four commitments of May: two published (one on 1 June), one need not be. One of them fell due in
# July and was verified and put on record, one was only verified.
BC.hand_in(
    rows.commitment(1, "2022/05/04", unit=name("BC-U04"), 上传日期="2022/05/05",
                    公示日期="2022/05/05", 承诺期限="2022/07/10", 履行状态="全部履行",
                    核验日期="2022/07/12", 入档日期="2022/07/12"),
    rows.commitment(2, "2022/05/30", unit=name("BC-U04"), 上传日期="2022/06/01",
                    公示日期="2022/06/01", 承诺期限="2022/07/20", 履行状态="未履行",
                    核验日期="2022/07/22"),
    rows.commitment(3, "2022/05/30", unit=name("BC-U04")),
    rows.commitment(4, "2022/05/30", unit=name("BC-U04"), 是否应公示="否"),
)  # fmt: skip
BC.expect("BC-T019", str(100 / 3), "missed", period="2022-05", unit="BC-U04")
BC.expect("BC-T019", str(200 / 3), "missed", unit="BC-U04")
BC.expect("BC-T020", "50.0", "missed", unit="BC-U04")
BC.expect("BC-T021", "1.0", "met", period="2022-06", unit="BC-U04")
BC.expect("BC-T021", "0.0", "missed", period="2022-07", unit="BC-U04")
BC.expect("BC-T022", "50.0", "missed", unit="BC-U04")
