"""A home with the office's ledgers of several places, small enough to count by hand.

BC and ZZ22 get the very same files (ZZ has BC's roster under its own place), so that whatever
leaks from one place to another shows. The numbers are worked out beside the rows and asserted in
`test_target_figures.py`."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

from etl.pipeline import Pipeline
from tests.semantics.rows import (
    ENVIRONMENT,
    MARKET,
    SAFETY,
    Row,
    article,
    contact,
    declaration,
    deliverable,
    honour,
    meeting,
    nil,
    notice,
    permit,
    status,
)
from tests.semantics.town import PLANS
from warehouse.home import Home
from warehouse.store import Store

Files = dict[str, list[list[Row]]]  # day received -> files

M, S, E = MARKET[0], SAFETY[0], ENVIRONMENT[0]
CC01, CC02, CC03 = (
    "示例单位01（政府办公类）",
    "示例单位02（发展改革类）",
    "示例单位03（绩效考核类）",
)
YC01, YC02 = "示例单位01（信用办类）", "示例单位02（发展改革类）"

SECOND = "示通〔2020〕2号"


def counts(owed: int, reported: int, stored: int) -> Row:
    """Cells of a notice."""
    return {"应报量": str(owed), "上报量": str(reported), "入库量": str(stored), "迟报量": "0"}


ARTICLES = [
    article("诚信经营进社区", "2022-06-03", unit=M),
    article("信用修复怎么办", "2022-06-20", unit=M, 宣传领域="政务诚信"),
    # the first text again, blanks and punctuation apart: a repeat, handed in by another unit
    article(
        "诚信 经营进社区",
        "2022-06-05",
        unit=S,
        宣传领域="社会诚信",
        正文="诚信经营进社区， 的示例正文",
    ),
    article("安全生产讲诚信", "2022-06-08", unit=S, 宣传领域="社会诚信", 重要节点="安全生产月"),
    # the first text reposted: apart from originals
    article(
        "诚信经营进社区",
        "2022-06-10",
        unit=E,
        稿件类型="转载",
        正文="诚信经营进社区的示例正文。",
    ),
    article("司法公信在身边", "2022-07-02", unit=M, 宣传领域="司法公信"),
]
MEETINGS = [
    meeting("培训", "信用大讲堂", "2022-03-10", unit=M, 层级="省"),
    meeting("培训", "信用人员培训一期", "2022-05-10", unit=M),
    meeting("培训", "信用人员培训二期", "2022-06-15", unit=M),
    meeting("走访调研", "走访企业", "2022-02-01", unit=M),
    meeting("走访调研", "走访企业", "2022-04-01", unit=S),
    meeting("走访调研", "走访街道", "2022-04-01", unit=S),
]
# the second training told again in the next month's file
MEETINGS_AGAIN = [meeting("培训", "信用人员培训二期", "2022-06-15", unit=M, 参加人数="25")]
DELIVERABLES = [
    deliverable("BC-01-2", "贯彻落实意见", "2022-04-01", unit=M),
    deliverable("BC-15", "信用承诺典型经验", "2022-05-01", unit=M, 成果类型="案例经验"),
    deliverable(
        "BC-15", "信用监管典型经验", "2022-08-01", unit=M, 成果类型="案例经验", 认定级别="国家"
    ),
]
DECLARATIONS = [
    declaration(
        "regulation_interpretation_coverage", "2022-05", "2022-06-02", unit=M, 分子="1", 分母="1"
    ),
    declaration(
        "regulation_interpretation_coverage", "2022-06", "2022-07-01", unit=M, 分子="2", 分母="2"
    ),
    # corrected two days later
    declaration(
        "regulation_interpretation_coverage", "2022-06", "2022-07-03", unit=M, 分子="1", 分母="2"
    ),
    declaration(
        "regulation_interpretation_coverage", "2022-06", "2022-07-01", unit=S, 分子="3", 分母="3"
    ),
    declaration("custom_evaluation_demand_count", "2022-02", "2022-03-01", unit=M, 数值="0"),
    declaration("custom_evaluation_demand_count", "2022-04", "2022-05-01", unit=M, 数值="3"),
]
HONOURS = [
    honour("诚信示范企业", "示例甲有限公司", "2022-05-01", unit=M, 级别="省"),
    honour("诚信乡村", "示例村", "2022-06-01", unit=S, 级别="省"),
    honour("诚信之星", "示例街道志愿队", "2022-09-01", unit=S, 级别="省"),
    honour("诚信示范企业", "示例乙有限公司", "2022-05-01", unit=M),
]
HONOURS_LATER = [
    honour(
        "诚信示范企业", "示例乙有限公司", "2022-05-01", unit=M, 状态="取消", 取消日期="2022-08-01"
    ),
]
OFFICE: Files = {
    "2022-07-05": [ARTICLES, MEETINGS, DELIVERABLES[:2], DECLARATIONS, HONOURS[:2], HONOURS[3:]],
    "2022-09-20": [MEETINGS_AGAIN, DELIVERABLES[2:], HONOURS[2:3], HONOURS_LATER],
}

CC: Files = {
    "2018-07-12": [
        [
            contact("领导责任人", "2018-05-01", unit=CC02),
            contact("执行责任人", "2018-05-01", unit=CC02),
            contact("具体操作人", "2018-05-01", unit=CC02),
            contact("联络员", "2018-05-01", unit=CC02),
            contact("联络员", "2018-05-10", unit=CC01, 任职至="2018-06-15"),
            contact("联络员", "2018-07-02", unit=CC03),
        ],
        [
            deliverable("CC-02-T1-a", "年度工作计划", "2018-06-20", unit=CC01, 成果类型="工作方案"),
            deliverable("CC-02-T1-a", "年度工作计划", "2018-07-05", unit=CC02, 成果类型="工作方案"),
        ],
    ],
    "2018-09-12": [
        [
            declaration("monitor_standard_count", "2018-07", "2018-08-02", unit=CC02, 数值="150"),
            declaration("monitor_standard_count", "2018-08", "2018-09-02", unit=CC02, 数值="153"),
        ]
    ],
}

YC: Files = {
    "2020-09-01": [
        [deliverable("YC-M1-1", "新型监管机制实施意见", "2020-06-10", unit=YC01)],
        [
            status("YC-M1-1", "2020-06-30", "已完成", "2020-06-25", unit=YC01),
            status("YC-M3-1-a", "2020-06-30", "已完成", "2020-05-30", unit=YC02),
            status("YC-M3-1-b", "2020-06-30", "已完成", "2020-03-30", unit=YC02),
            status("YC-M3-1-c", "2020-06-30", "已完成", "2020-06-20", unit=YC02),
            status("YC-M3-1-d", "2020-06-30", "进行中", unit=YC02),
            # the last of the four parts comes five weeks late
            status("YC-M3-1-d", "2020-08-10", "已完成", "2020-08-05", unit=YC02),
        ],
        [
            declaration("credit_info_increment", "2020-01", "2020-02-01", unit=YC01, 数值="100"),
            declaration("credit_info_increment", "2020-02", "2020-03-01", unit=YC01, 数值="150"),
            declaration("credit_info_increment", "2020-Q1", "2020-04-01", unit=YC01, 数值="260"),
            declaration("credit_info_increment", "2020-02", "2020-03-01", unit=YC02, 数值="40"),
        ],
    ],
}

ZZ22: Files = {
    "2022-07-06": [
        [permit(1, 上报时间="2022-06-03"), permit(2, 上报时间="2022-06-30")],
        [nil("2022-06", "2022-07-05", unit=SAFETY)],
        [
            notice("2022-06", "行政许可", "2022-07-05", unit=M, **counts(60, 60, 58)),
            notice("2022-06", "行政处罚", "2022-07-05", unit=M, **counts(40, 38, 37)),
            notice("2022-06", "合计", "2022-07-05", unit=M, **counts(100, 98, 95)),
            # the second notice corrects the sum only
            notice("2022-06", "合计", "2022-07-06", unit=M, **counts(100, 99, 96), 通报文号=SECOND),
            notice("2022-06", "行政许可", "2022-07-05", unit=S, **counts(10, 10, 10)),
            notice("2022-06", "行政处罚", "2022-07-05", unit=S, **counts(5, 4, 4)),
        ],
        [meeting("督查检查", f"督查{n}", "2022-05-11", unit=M) for n in range(3)]
        + [meeting("督查检查", f"督查{n}", "2022-06-11", unit=M) for n in range(2)],
    ],
}
ZZ21: Files = {
    "2021-07-06": [[meeting("走访调研", "走访企业", "2021-03-01", unit=M)]],
}

TARGETS_22 = """\
target_id,task_id,metric_id,comparator,value,unit,scope,due_date,recurrence,valid_from,valid_to
ZZ-T1,BC-15,innovation_case_count,>=,2,case,plan,2022-06-30,once,,
ZZ-T2,BC-15,innovation_case_count,>=,3,case,plan,2022-12-31,once,,
ZZ-T3,BC-12-3,field_visit_count,>=,1,visit,plan,,monthly,,2022-04-01
ZZ-T3,BC-12-3,field_visit_count,>=,4,visit,plan,,monthly,2022-04-01,
ZZ-T4,BC-12-3,field_visit_count,increase,,visit,plan,,continuous,,
ZZ-T5,BC-12-3,supervision_check_count,decrease,,check,plan,,continuous,,
ZZ-T6,BC-03-1,late_report_count,=,0,record,department,,monthly,,
ZZ-T7,BC-03-1,publicity_report_rate,>=,100,%,plan;department,,monthly,,
ZZ-T8,BC-13-3-b,education_node_count,>=,3,node,plan,,annual,,
"""
TARGETS_21 = """\
target_id,task_id,metric_id,comparator,value,unit,scope,due_date,recurrence,valid_from,valid_to
ZZ-T4,BC-12-3,field_visit_count,increase,,visit,plan,,continuous,,
"""
MEASURES = {
    "ZZ-T1": ("deliverable", "kind=案例经验"),
    "ZZ-T2": ("deliverable", "kind=案例经验"),
    "ZZ-T3": ("ledger:meeting_training", ""),
    "ZZ-T4": ("ledger:meeting_training", ""),
    "ZZ-T5": ("ledger:meeting_training", ""),
    "ZZ-T6": ("ledger:admin_permit+admin_penalty+platform_receipt", ""),
    "ZZ-T7": ("ledger:decision_register+admin_permit+admin_penalty+platform_receipt", ""),
    "ZZ-T8": ("ledger:publicity_article", ""),
}


def write_plan(folder: Path, year: int, targets: str) -> None:
    """A plan of place ZZ: BC's roster, clauses and duties, these targets, official figures."""
    shutil.copytree(PLANS / "BC", folder)
    toml = folder / "plan.toml"
    text = toml.read_text("utf-8").replace('id = "BC"', f'id = "{folder.name}"', 1)
    text = text.replace('place_id = "BC"', 'place_id = "ZZ"').replace("2022", str(year))
    text = text.replace('figures = "own"', 'figures = "official"')
    assert 'place_id = "ZZ"' in text
    assert 'figures = "official"' in text
    toml.write_text(text, "utf-8")
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace("2022-", f"{year}-"), "utf-8")
    tasks = folder / "tasks.csv"  # done by targets that this plan does not have
    tasks.write_text(tasks.read_text("utf-8").replace(",target,", ",status,"), "utf-8")
    with (PLANS / "BC" / "targets.csv").open(encoding="utf-8", newline="") as file:
        columns = list(csv.DictReader(file).fieldnames or [])
    rows = list(csv.DictReader(targets.splitlines()))
    columns += [name for name in rows[0] if name not in columns]
    same = {"hardness": "must", "kind": "stated", "due_basis": "stated", "legal_status": "in_force"}
    with (folder / "targets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(row | same | {"metric_name_zh": row["metric_id"]} for row in rows)
    with (folder / "bindings.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["target_id", "measure", "parameters"])
        for target in dict.fromkeys(row["target_id"] for row in rows):
            lines.writerow([target, *MEASURES[target]])


def write_files(folder: Path, *lots: Files) -> Path:
    """Each list of rows as a CSV, with a `received.csv` beside them."""
    folder.mkdir()
    told = []
    for day, files in (item for lot in lots for item in lot.items()):
        for rows in files:
            name = f"{len(told):02d}.csv"
            with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            told.append({"file": name, "received": day, "department": "", "replaces": ""})
    with (folder / "received.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(told[0]))
        writer.writeheader()
        writer.writerows(told)
    return folder


def build_office_home(root: Path) -> Path:
    """Land everything, publish once; gives the published warehouse."""
    home = Home.open(root / "home", create=True)
    write_plan(home.plans / "ZZ22", 2022, TARGETS_22)
    write_plan(home.plans / "ZZ21", 2021, TARGETS_21)
    lots = {"BC": [OFFICE], "ZZ22": [OFFICE, ZZ22], "ZZ21": [ZZ21], "CC": [CC], "YC": [YC]}
    folders = [(plan, write_files(root / plan, *files)) for plan, files in lots.items()]
    # One late file, so that every period of 2022 is over.
    closing = {"2023-01-20": [[meeting("会议", "年终总结会", "2022-12-30", unit=M)]]}
    folders.append(("BC", write_files(root / "closing", closing)))
    result = Pipeline(home, date(2026, 1, 1)).load_many(folders)
    assert not result.problems, result.problems
    assert result.outcome.gate_status == "passed", result.outcome
    return home.versions / f"{Store(home).current()}.duckdb"
