"""YC 2020: what the city's targets say of a few rows. Received on 31 January 2021."""

from __future__ import annotations

from tests.semantics import rows
from tests.semantics.rows import Row
from tests.target_examples.common import Place, declared, done, name, status

YC = Place("YC", "2021-01-31")
CITY = "YC-U01"

# Deliverables: dated ones by their last document
YC.hand_in(
    done("YC-T007", "监管规则", "2020/12/31", CITY),
    done("YC-T008", "监测机制", "2020/07/01", CITY, 成果类型="机制"),
    done("YC-T012", "实施意见", "2020/06/30", CITY),
    done("YC-T014", "归集目录", "2020/07/01", CITY),
    done("YC-T014", "报告规范", "2020/09/01", CITY),  # after 31 August
    done("YC-T015", "监管方案", "2020/07/01", CITY),
    done("YC-T015", "评价制度", "2020/08/31", CITY),
    done("YC-T016", "修复制度", "2020/09/15", CITY),
    done("YC-T017", "政务系统", "2020/10/30", CITY, 成果类型="系统平台"),
    done("YC-T021", "六领域制度", "2020/12/01", CITY, 数量="6"),
    done("YC-T022", "监测报告", "2020/12/01", CITY, 成果类型="报告"),
    done("YC-T023", "一体化系统", "2020/06/01", CITY, 成果类型="系统平台", 数量="7"),
    done("YC-T024", "试运行", "2020/03/31", CITY, 成果类型="系统平台"),
    done("YC-T025", "项目评审", "2020/07/01", CITY, 成果类型="报告"),
    done("YC-T026", "自然人目录", "2020/11/01", CITY, 成果类型="目录"),
    done("YC-T026", "法人目录", "2020/11/01", CITY, 成果类型="目录"),
    done("YC-T027", "在线考核", "2020/11/01", CITY, 成果类型="系统平台"),
    done("YC-T033", "试点方案", "2020/08/20", "YC-U02", 成果类型="工作方案"),
    done("YC-T039", "认定办法", "2020/12/20", CITY),
    done("YC-T043", "通报制度", "2020/05/01", CITY),
    done("YC-T048", "工作指南", "2020/09/01", CITY),
    done("YC-T048", "评价指标", "2020/09/01", CITY),
    done("YC-T050", "任务分解清单", "2020/10/10", CITY, 成果类型="清单"),
    done("YC-T051", "五月分析", "2020/05/28", CITY, 成果类型="报告"),
    done("YC-T057", "考评办法", "2020/12/31", CITY),
    done("YC-T058", "一季度评估", "2020/03/30", CITY, 成果类型="报告"),
    done("YC-T058", "二季度评估", "2020/06/30", CITY, 成果类型="报告"),
)
YC.expect("YC-T007", "1.0", "met")
YC.expect("YC-T008", "1.0", "met")
YC.expect("YC-T012", "2020-06-30", "met")
YC.expect("YC-T014", "1.0", "missed")
YC.expect("YC-T015", "2.0", "met")
YC.expect("YC-T016", "2020-09-15", "missed")
YC.expect("YC-T017", "2020-10-30", "met")
YC.expect("YC-T021", "6.0", "met")
YC.expect("YC-T022", "1.0", "met")
YC.expect("YC-T023", "7.0", "met")
YC.expect("YC-T024", "2020-03-31", "met")
YC.expect("YC-T025", "2020-07-01", "missed")
YC.expect("YC-T026", "2.0", "missed")
YC.expect("YC-T027", "1.0", "met")
YC.expect("YC-T033", "2020-08-20", "met", unit="YC-U02")
YC.expect("YC-T039", "2020-12-20", "met")
YC.expect("YC-T043", "1.0", "met")
YC.expect("YC-T048", "2.0", "met")
YC.expect("YC-T050", "2020-10-10", "met")
YC.expect("YC-T051", "1.0", "met", period="2020-05")
YC.expect("YC-T051", "0.0", "missed", period="2020-06")
YC.expect("YC-T057", "2020-12-31", "met")
YC.expect("YC-T058", "2.0", "missed")  # two of four; explored, never red
# What is asked of the year is counted from its beginning and open until its end.
YC.expect("YC-T058", "1.0", "pending", period="2020-03")
YC.expect("YC-T058", "1.0", "pending", period="2020-05")
YC.expect("YC-T058", "2.0", "pending", period="2020-Q3")

# Declarations: monthly totals add up
YC.hand_in(
    declared("YC-T003", "2020-12", CITY, 数值="1"),
    declared("YC-T004", "2020-05", CITY, 数值="2400.5", 口径="汇总"),
    declared("YC-T004", "2020-06", CITY, 数值="2600", 口径="汇总"),
    declared("YC-T031", "2020-Q2", CITY, 数值="700"),
    declared("YC-T031", "2020-Q3", CITY, 数值="300"),
    declared("YC-T032", "2020-06", CITY, 数值="600"),
    declared("YC-T034", "2020-08", "YC-U02", 分子="1", 分母="1"),
    declared("YC-T034", "2020-08", "YC-U03", 分子="0", 分母="1"),
    declared("YC-T047", "2020-10", CITY, 分子="2", 分母="2"),
)
YC.expect("YC-T003", "1.0", "met")
YC.expect("YC-T004", "5000.5", "met")
YC.expect("YC-T031", "1000.0", "missed")  # more than 1,000 is asked
YC.expect("YC-T032", "600.0", "met")
YC.expect("YC-T034", "50.0", "missed")
YC.expect("YC-T047", "100.0", "met")

# Honours: of 2020 only, and standing; the review also of those of the year before
FIRM, MODEL = "信用管理贯标企业", "信用管理示范企业"
YC.hand_in(
    rows.honour(FIRM, "示例企业甲", "2020/05/01", unit=name(CITY), 级别="市"),
    rows.honour(
        FIRM, "示例企业乙", "2019/05/01", unit=name(CITY), 级别="市", 复核日期="2020/09/01"
    ),
    rows.honour(MODEL, "示例企业丙", "2020/06/01", unit=name(CITY), 级别="市"),
    rows.honour(
        MODEL,
        "示例企业丁",
        "2020/06/01",
        unit=name(CITY),
        级别="市",
        状态="取消",
        取消日期="2020/10/01",
    ),
    rows.honour(MODEL, "示例企业戊", "2020/06/01", unit=name(CITY), 级别="省"),
    rows.honour("文明实践基地", "示例馆", "2020/06/01", unit=name(CITY)),
)
YC.expect("YC-T009", "1.0", "missed")
YC.expect("YC-T010", "1.0", "missed")
YC.expect("YC-T011", "1.0", "missed")
YC.expect("YC-T046", "1.0", "met")
YC.expect("YC-T056", "1.0", "met")

# Meetings: each counts for the target it names
YC.hand_in(
    *(
        rows.meeting(kind, title, day, unit=name(CITY), 目标编号=target)
        for kind, title, day, target in (
            ("培训", "企业培训", "2020/05/01", "YC-T045"),
            ("培训", "国企培训", "2020/09/01", "YC-T049"),
            ("培训", "指数培训", "2020/11/01", "YC-T052"),  # after 31 October
            ("会商", "五月会商", "2020/05/11", "YC-T053"),
            ("培训", "外出培训", "2020/06/01", "YC-T054"),
            ("培训", "归集培训", "2020/04/01", "YC-T055"),
            ("培训", "应用培训", "2020/05/01", "YC-T055"),
            ("会议", "座谈会", "2020/05/20", "YC-T055"),  # not a training
        )
    )
)
YC.expect("YC-T045", "1.0", "met")
YC.expect("YC-T049", "1.0", "met")
YC.expect("YC-T052", "0.0", "missed")
YC.expect("YC-T053", "1.0", "met", period="2020-05")
YC.expect("YC-T053", "0.0", "missed", period="2020-06")
YC.expect("YC-T054", "1.0", "met")
YC.expect("YC-T055", "2.0", "missed")

# Ranks: the last one published
YC.hand_in(
    *(
        {
            "城市": "盐城市", "期次": month, "指标版本": "2020", "分组": "地级市",
            "分组城市数": "261", "得分": "80.12", "满分": "100", "名次": rank,
            "数据性质": "官方", "公布日期": "", "来源文件": "示例值", "备注": "",
        }
        for month, rank in (("2020-06", "96"), ("2020-11", "88"))
    )
)  # fmt: skip
YC.hand_in(
    *(
        {
            "考核名称": "省信用工作考核", "指标编号": "provincial_assessment_rank",
            "考核单位": "示例省信用办", "被考核单位": "盐城市", "期次": quarter, "得分": "90",
            "满分": "100", "名次": rank, "参评数": "13", "公布日期": day, "文号": "示通1号",
            "备注": "",
        }
        for quarter, rank, day in (("2020-Q2", "9", "2020/07/10"), ("2020-Q4", "7", "2021/01/10"))
    )
)  # fmt: skip
# A rank moves both ways: during the year it is shown beside its line, the year's end decides.
YC.expect("YC-T001", "96.0", "pending", period="2020-06")
YC.expect("YC-T001", "88.0", "met")
YC.expect("YC-T002", "9.0", "pending", period="2020-06")
YC.expect("YC-T002", "7.0", "met")

# Tasks: a clause is done on the day its last part is, by the part's lead (YC-U01 unless told).
# target -> (parts, what their leads report): a day for each part, None for never.
TASKS: dict[str, tuple[str, list[str | None]]] = {
    "YC-T059": ("YC-M1-1", ["2020/06/30"]),
    "YC-T060": ("YC-M1-2", ["2020/10/31"]),
    "YC-T061": ("YC-M1-3-a YC-M1-3-b YC-M1-3-c", ["2020/08/01", "2020/09/05", "2020/08/02"]),
    "YC-T062": ("YC-M2-1-a YC-M2-1-b1 YC-M2-1-b2", ["2020/10/01", "2020/10/02", "2020/10/03"]),
    "YC-T063": ("YC-M2-2-a", ["2020/11/27"]),
    "YC-T064": ("YC-M2-3-a YC-M2-3-c", ["2020/12/31", "2020/12/30"]),
    "YC-T065": ("YC-M3-1-a YC-M3-1-b YC-M3-1-c YC-M3-1-d", ["2020/06/01"] * 4),
    "YC-T066": ("YC-M3-2-a", ["2020/12/01"]),
    "YC-T067": ("YC-M3-3-a YC-M3-3-b YC-M3-3-c1 YC-M3-3-c2", [*["2020/12/01"] * 3, None]),
    # The pilot plan is asked of each of many departments; one alone does not finish the clause.
    "YC-T068": ("YC-M4-1-a1 YC-M4-1-a2", ["2020/08/01", "2020/08/01"]),
    # Routine parts only: they are what the clause is made of.
    "YC-T069": ("YC-M4-2-a YC-M4-2-b YC-M4-2-c", ["2020/10/01", "2020/10/02", "2020/10/05"]),
    "YC-T070": ("YC-M4-3-a1", ["2020/12/20"]),
    "YC-T071": ("YC-M5-1", ["2020/12/01"]),
    "YC-T072": ("YC-M5-2-a", ["2020/11/01"]),
    "YC-T073": ("YC-M5-3-c", [None]),
    "YC-T074": ("YC-M6-1-a YC-M6-1-b", ["2020/05/20", "2020/06/15"]),
    "YC-T075": ("YC-M6-2-a1 YC-M6-2-b YC-M6-2-c", ["2020/10/01"] * 3),
    "YC-T076": ("YC-M6-3-a YC-M6-3-c", ["2020/10/10", "2020/10/11"]),
    "YC-T077": ("YC-S1-a YC-S1-b1", ["2020/06/01", "2020/06/02"]),
    "YC-T078": ("YC-S2-a YC-S2-b", ["2020/06/29", "2020/06/30"]),
    "YC-T079": ("YC-S3-a", ["2020/12/31"]),
    "YC-T080": ("YC-S4-a", ["2020/12/31"]),
}
LEADS = {"YC-M3-1": "YC-U02", "YC-M5-1": "YC-U05", "YC-M5-3": "YC-U06"}
YC.hand_in(
    *(
        status(task, LEADS.get(task[:7], CITY), day)
        for tasks, days in TASKS.values()
        for task, day in zip(tasks.split(), days, strict=True)
        if day
    )
)
YC.expect("YC-T059", "2020-06-30", "met")
YC.expect("YC-T060", "2020-10-31", "met")
YC.expect("YC-T061", "2020-09-05", "missed")
YC.expect("YC-T062", "2020-10-03", "met")
YC.expect("YC-T063", "2020-11-27", "met")
YC.expect("YC-T064", "2020-12-31", "met")
YC.expect("YC-T065", "2020-06-01", "met")
YC.expect("YC-T066", "2020-12-01", "met")
YC.expect("YC-T067", None, "missed")
YC.expect("YC-T068", None, "missed")
YC.expect("YC-T069", "2020-10-05", "met")
YC.expect("YC-T070", "2020-12-20", "met")
YC.expect("YC-T071", "2020-12-01", "missed")  # a day after 30 November
YC.expect("YC-T072", "2020-11-01", "met")
YC.expect("YC-T073", None, "missed")
YC.expect("YC-T074", "2020-06-15", "met")
YC.expect("YC-T075", "2020-10-01", "met")
YC.expect("YC-T076", "2020-10-11", "met")
YC.expect("YC-T077", "2020-06-02", "met")
YC.expect("YC-T078", "2020-06-30", "met")
YC.expect("YC-T079", "2020-12-31", "met")
YC.expect("YC-T080", "2020-12-31", "met")


# Two agencies on the list, one of them with two cases; one is settled in October.
def _listed(number: int, agency: str, **cells: str) -> Row:
    told = {"unit": name(CITY), "涉及机构": agency, **cells}
    return rows.debt("失信被执行", number, "2019/03/01", "2020/12/31", **told)


YC.hand_in(
    _listed(1, "示例甲局", 办结日期="2020/10/10", 撤出名单日期="2020/10/20"),
    _listed(2, "示例乙局"),
    _listed(3, "示例乙局"),
)
YC.expect("YC-T042", "1.0", "missed")
YC.expect("YC-T042", "2.0", "pending", period="2020-09")
YC.hand_in(
    *(
        rows.governed(n, "2020/05/01", "2020/06/30", unit=name(CITY), 治理领域=domain)
        for n, domain in enumerate(("教育", "教育", "旅游"), start=1)
    )
)
YC.expect("YC-T041", "2.0", "missed")
