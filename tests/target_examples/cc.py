"""CC 2018: what the district's targets say of a few rows. Received on 31 January 2019."""

from __future__ import annotations

from tests.semantics import rows
from tests.target_examples.common import Place, declared, done, name, status, units

CC = Place("CC", "2019-01-31")

# Deliverables. Dated ones stay judged as they stood on their day; the day itself is known later.
CC.hand_in(
    done("CC-T001", "任务分解表", "2018/05/01", "CC-U02", 数量="8"),
    done("CC-T002", "任务分解表", "2018/05/01", "CC-U02", 数量="31"),
    done("CC-T003", "运行机制", "2018/12/31", "CC-U02"),
    done("CC-T005", "专责小组通知", "2018/05/01", "CC-U02", 数量="8"),
    done("CC-T006", "专责小组分工", "2018/05/02", "CC-U02", 数量="7"),
    done("CC-T006", "专责小组分工补充", "2018/05/03", "CC-U02", 数量="1"),
    done("CC-T010", "联络员名单", "2018/06/30", "CC-U02"),  # on the last day
    done("CC-T010", "联络员名单", "2018/07/01", "CC-U26"),  # a day late
    done("CC-T013", "工作计划", "2018/06/20", "CC-U02"),
    done("CC-T014", "资源目录", "2018/06/21", "CC-U02"),
    done("CC-T015", "领域制度", "2018/08/16", "CC-U02"),
    done("CC-T016", "全区目录", "2018/07/30", "CC-U02"),
    done("CC-T017", "评估管理办法", "2018/09/01", "CC-U02"),
    done("CC-T019", "双公示专栏", "2018/11/01", "CC-U02", 成果类型="栏目"),
    done("CC-T019", "公示专区", "2018/12/01", "CC-U02", 成果类型="栏目"),  # after 30 November
    done("CC-T023", "评测报告", "2018/09/01", "CC-U02", 成果类型="报告"),
    done("CC-T025", "信用门户上线", "2018/11/20", "CC-U02", 成果类型="系统平台"),
    done("CC-T027", "政府门户专栏", "2018/03/01", "CC-U02", 成果类型="栏目"),
    done("CC-T028", "政府采购诚信", "2018/09/01", "CC-U02"),
    done("CC-T028", "其余五个领域", "2018/09/30", "CC-U02", 数量="5"),
    done("CC-T029", "操作办法汇编", "2018/09/20", "CC-U02", 数量="5"),
    done("CC-T033", "政务档案", "2018/09/29", "CC-U02"),
    done("CC-T034", "操作办法", "2018/09/28", "CC-U02"),
    done("CC-T036", "公示机制", "2018/05/01", "CC-U02", 成果类型="机制"),
    done("CC-T036", "警示机制", "2018/06/01", "CC-U02", 成果类型="机制"),
    done("CC-T041", "清单一", "2018/05/01", "CC-U02", 成果类型="清单"),
    done("CC-T041", "清单二", "2018/05/01", "CC-U02", 成果类型="清单"),
    done("CC-T041", "清单三", "2018/05/01", "CC-U02", 成果类型="清单"),
    done("CC-T047", "标准承诺书", "2018/08/31", "CC-U02"),
)
CC.expect("CC-T001", "8.0", "met")
CC.expect("CC-T002", "31.0", "missed")  # one task of 32 short
CC.expect("CC-T003", "1.0", "met")
CC.expect("CC-T005", "8.0", "met")
CC.expect("CC-T006", "8.0", "met")  # 7 + 1; the eight of the other clause are not its own
CC.expect("CC-T010", "2018-06-30", "met", unit="CC-U02")
CC.expect("CC-T010", "2018-07-01", "missed", unit="CC-U26")
CC.expect("CC-T010", None, "missed", unit="CC-U28")  # nothing came
CC.expect("CC-T013", "2018-06-20", "met", unit="CC-U02")
CC.expect("CC-T014", "2018-06-21", "met", unit="CC-U02")
CC.expect("CC-T015", "2018-08-16", "missed", unit="CC-U02")
CC.expect("CC-T016", "2018-07-30", "met")
CC.expect("CC-T017", "1.0", "met")
CC.expect("CC-T019", "1.0", "missed")
CC.expect("CC-T023", "1.0", "met")
CC.expect("CC-T025", "2018-11-20", "met")
CC.expect("CC-T027", "1.0", "met")
CC.expect("CC-T028", "6.0", "met")  # 1 (no amount told) + 5
CC.expect("CC-T029", "5.0", "missed")
CC.expect("CC-T033", "2018-09-29", "met")
CC.expect("CC-T034", "2018-09-28", "met", unit="CC-U02")
CC.expect("CC-T036", "2.0", "missed")
CC.expect("CC-T041", "3.0", "missed")
CC.expect("CC-T047", "2018-08-31", "met", unit="CC-U02")

# Declarations
CC.hand_in(
    declared("CC-T012", "2018-07", "CC-U02", 数值="153"),
    declared("CC-T022", "2018-06", "CC-U15", 分子="40", 分母="50"),
    declared("CC-T032", "2018-10", "CC-U02", 数值="2"),
    declared("CC-T058", "2018-10", "CC-U02", 数值="3"),
)
CC.expect("CC-T012", "153.0", "met")
CC.expect("CC-T022", "1.0", "met")  # 80 %: there is something
CC.expect("CC-T032", "2.0", "met")
CC.expect("CC-T058", "1.0", "met", unit="CC-U02")

# Who answers: in office at the end of June, since the targets were due then
CC.hand_in(
    rows.contact("领导责任人", "2018/01/01", unit=name("CC-U02")),
    rows.contact("执行责任人", "2018/01/01", unit=name("CC-U02")),
    rows.contact("具体操作人", "2018/06/30", unit=name("CC-U02")),
    rows.contact("联络员", "2018/01/01", unit=name("CC-U02")),
    rows.contact("领导责任人", "2018/01/01", unit=name("CC-U26")),
    rows.contact("联络员", "2018/01/01", unit=name("CC-U26"), 任职至="2018/03/31"),  # left
)
CC.expect("CC-T008", "3.0", "met", unit="CC-U02")
CC.expect("CC-T008", "1.0", "missed", unit="CC-U26")
CC.expect("CC-T009", "100.0", "met", unit="CC-U02")
CC.expect("CC-T009", "0.0", "missed", unit="CC-U26")

# Done tasks
CC.hand_in(status("CC-01-1", "CC-U02", "2018/06/01"), status("CC-01-1", "CC-U26", "2018/07/01"))
CC.expect("CC-T007", "100.0", "met", unit="CC-U02")
CC.expect("CC-T007", "0.0", "missed", unit="CC-U26")  # on 30 June it was not done

# Double publicity: two permits of July, one of them public; both right
PERMIT = {"许可决定日期": "2018/07/02", "有效期自": "2018/07/02", "有效期至": "2023/07/01"}
CC.hand_in(
    {**rows.permit(1, unit=units("CC")["CC-U02"], **PERMIT), "公示时间": "2018/07/05"},
    {**rows.permit(2, unit=units("CC")["CC-U02"], **PERMIT), "公示时间": ""},
)
CC.expect("CC-T020", "50.0", "missed")
CC.expect("CC-T024", "1.0", "met", unit="CC-U02")  # 100 %: there is a rate

# Duties. Of the four Fridays of July one was kept (the 6th); the report of June came on its day.
# Domains report by their unit: 31 August is a Friday, the last of the three came after it.
CC.hand_in(
    *(
        {
            "义务编号": duty,
            "报送单位": name(unit),
            "报送单位统一社会信用代码": units("CC")[unit][1],
            "所属期": period,
            "报送类型": "报送",
            "报送日期": day,
            "备注": "",
        }
        for duty, unit, period, day in (
            ("CC-DU-WEEK", "CC-U02", "2018-W27", "2018/07/06"),
            ("CC-DU-PROG", "CC-U02", "2018-06", "2018/06/15"),
            ("CC-DU-APP", "CC-U01", "2018-08", "2018/08/30"),
            ("CC-DU-APP", "CC-U02", "2018-08", "2018/08/31"),
            ("CC-DU-APP", "CC-U30", "2018-08", "2018/09/03"),
        )
    )
)
CC.expect("CC-T011", "100.0", "met", period="2018-06", unit="CC-U02")
CC.expect("CC-T021", "1.0", "met", unit="CC-U02")
CC.expect("CC-T026", "25.0", "missed", period="2018-07", unit="CC-U02")
CC.expect("CC-T055", "2.0", "missed", period="2018-08")

# Honours and trainings
CC.hand_in(
    rows.honour("示范社区", "示例社区", "2018/10/01", unit=name("CC-U02")),
    rows.honour(
        "示范村", "示例村", "2018/10/01", unit=name("CC-U02"), 状态="取消", 取消日期="2018/11/01"
    ),
)
CC.hand_in(
    rows.meeting("培训", "修复培训", "2018/10/01", unit=name("CC-U02"), 任务编号="CC-07-4-a"),
    rows.meeting("培训", "其他培训", "2018/11/01", unit=name("CC-U02")),
)
CC.expect("CC-T018", "1.0", "met")
CC.expect("CC-T049", "1.0", "met")

# What a unit promises the public: published in March, and for a year only.
PUBLIC = {"承诺类型": "政务承诺", "公示日期": "2018/03/08"}
CC.hand_in(
    rows.commitment(1, "2018/03/01", unit=name("CC-U02"), **PUBLIC, 入档日期="2018/03/09"),
    rows.commitment(2, "2018/03/01", unit=name("CC-U02"), 承诺类型="政务承诺"),
    rows.commitment(3, "2018/03/01", unit=name("CC-U01"), **PUBLIC, 承诺期限="2018/09/30"),
    rows.commitment(4, "2018/03/01", unit=name("CC-U02"), 承诺类型="容缺受理型"),
)
CC.expect("CC-T031", "100.0", "met", unit="CC-U02")
CC.expect("CC-T031", "100.0", "met", period="2018-09", unit="CC-U01")
CC.expect("CC-T031", "0.0", "missed", unit="CC-U01")  # no longer in force
CC.expect("CC-T057", "50.0", "missed", unit="CC-U02")
CC.expect("CC-T050", "1.0", "met", unit="CC-U02")
