"""One table for the rules that look beyond one row: files that violate each, and files that look
like it but do not.

Files are received in their order. `found`: (batch, row, severity) of what the rule must find in the
violating ones; in the passing ones it must find nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.ledger_cases import CLEAN
from tests.quality_support import (
    CONTRACTS,
    PERSON,
    RECEIVED,
    UNIT_NAME,
    Handed,
)
from tests.rule_cases import REGISTER_ROW
from warehouse.plans import load_plans

Row = dict[str, str]
Found = list[tuple[str, int, str]]

AUGUST = date(2022, 8, 5)
YEAR_END = date(2022, 12, 31)
A: Row = {"document_no": "示〔2022〕1号"}
B: Row = {"document_no": "示〔2022〕2号"}


@dataclass(frozen=True)
class BatchCase:
    """One rule beyond rows: what it must find, and what not. `as_of`: the day of the build."""

    rule: str
    why: str
    violating: tuple[Handed, ...]
    passing: tuple[Handed, ...]
    found: Found
    as_of: date = YEAR_END

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.why}"


def permits(*rows: Row, received: date = RECEIVED, **more: object) -> Handed:
    return Handed("admin_permit", rows, received=received, **more)  # type: ignore[arg-type]


def register(received: date = RECEIVED, **changes: str) -> Handed:
    return Handed("decision_register", [{**REGISTER_ROW, **changes}], received=received)


def subjects(*rows: Row, received: date = date(2022, 7, 1)) -> Handed:
    return Handed("subject", [{**CLEAN["subject"], **row} for row in rows], received=received)


def clean(ledger: str, *changes: Row, received: date = RECEIVED) -> Handed:
    return Handed(ledger, [{**CLEAN[ledger], **change} for change in changes], received=received)


def tasks(*rows: Row, received: date = RECEIVED) -> Handed:
    return Handed("task_status", rows, received=received)


def hand_in(received: date, kind: str = "零报送") -> Handed:
    """What BC's unit 04 hands in for June, due on 11 July (the 10th is a Sunday)."""
    row = {
        "duty_id": "BC-DU-PUB", "unit_name": UNIT_NAME, "period": "2022-06",
        "submission_type": kind, "submitted_date": received.strftime("%Y/%m/%d"),
    }  # fmt: skip
    return Handed("submission", [row], received=received)


def _dated_task() -> tuple[str, date]:
    for task in load_plans()["BC"].tasks:
        day = task.day("deadline")
        if task["task_kind"] == "deliverable" and day:
            return task["task_id"], day
    raise AssertionError("BC has dated tasks")


TASK, DEADLINE = _dated_task()
AFTER = date.fromordinal(DEADLINE.toordinal() + 1)
WITHOUT_CONTENT = [f for f in CONTRACTS["admin_permit"].fields if f != "content"]
CHANGED = {**A, "content": "准予从事散装食品销售"}
LATE = {**A, "decision_date": "2022/05/05", "reported_at": "2022/06/20"}
OTHER_CODE = "91340621MA2PBPLU08"
DONE = {"status": "已完成", "progress_pct": "100", "completed_date": "2022/06/30"}
BACK = {"report_date": "2022/07/31", "progress_pct": "80"}
PUBLISHED = {**A, "published_at": "2022/07/01"}
JUNE = {"as_of_date": "2022/06/30"}
OUT = {
    "committed_date": "2022/03/08", "supervised_date": "2022/03/15", "exited_date": "2022/06/20",
    "evidence": "承诺书",
}  # fmt: skip

BATCH_CASES = [
    BatchCase(
        "G01", "a required column is missing",
        (permits(A, header_fields=WITHOUT_CONTENT),), (permits(A),), [("B000001", 1, "error")],
    ),
    BatchCase(
        "G34", "the register has the code under another name",
        (subjects({"subject_name": "示例商业有限公司"}), permits(A)),
        (subjects({}), permits(A)), [("B000002", 2, "error")],
    ),
    BatchCase(
        "G34", "brackets and former names are the same name",
        (subjects({"subject_name": "示例(商贸)公司"}), permits(A)),
        (
            subjects({"subject_name": "示例商业有限公司", "former_name": "示例商贸有限公司"}),
            permits(A),
            subjects({"subject_name": "示例（商贸）公司", "uscc": OTHER_CODE}),
            permits({**B, "counterparty_name": "示例(商贸)公司", "uscc": OTHER_CODE}),
        ),
        [("B000002", 2, "error")],
    ),
    BatchCase(
        "G34", "a register received later judges nothing before it, and persons have no code",
        (subjects({"subject_name": "示例商业有限公司"}), permits(A)),
        (
            permits(A), permits({**B, **PERSON}),
            subjects({"subject_name": "示例商业有限公司"}, received=AUGUST),
        ),
        [("B000002", 2, "error")],
    ),
    BatchCase(
        "G35", "the register has the name under another code",
        (subjects({"uscc": OTHER_CODE}), permits(A)), (subjects({}), permits(A)),
        [("B000002", 2, "warning")],
    ),
    BatchCase(
        "G36", "the same row twice", (permits(A, B, A),), (permits(A, B),),
        [("B000001", 4, "error")],
    ),
    BatchCase(
        "G37", "the same row in a later file",
        (permits(A), permits(A, received=AUGUST)), (permits(A), permits(B, received=AUGUST)),
        [("B000002", 2, "warning")],
    ),
    BatchCase(
        "G38", "the same decision with another content",
        (permits(A), permits(CHANGED, received=AUGUST)),
        (permits(A), permits({**A, **PERSON}, received=AUGUST)), [("B000002", 2, "warning")],
    ),
    # BC: 7 working days. Decided on Thursday 2022-06-23, the limit is Monday 07-04: on Thursday
    # 06-30 two working days are left (07-01, 07-04), on Wednesday three.
    BatchCase(
        "T02", "two working days are left",
        (register(decision_date="2022/06/23", received=date(2022, 6, 30)),),
        (
            register(decision_date="2022/06/23", received=date(2022, 6, 30)),
            permits({"document_no": "1号"}, received=date(2022, 6, 30)),
        ),
        [("B000001", 2, "warning")], as_of=date(2022, 6, 30),
    ),
    BatchCase(
        "T02", "on the last day it is due, three working days before it is not yet",
        (register(decision_date="2022/06/21", received=date(2022, 6, 30)),),
        (register(decision_date="2022/06/24", received=date(2022, 6, 30)),),
        [("B000001", 2, "warning")], as_of=date(2022, 6, 30),
    ),
    BatchCase(
        "T02", "the day after the limit it is missed, not due soon",
        (register(decision_date="2022/06/21", received=date(2022, 6, 30)),),
        (register(decision_date="2022/06/20", received=date(2022, 6, 30)),),
        [("B000001", 2, "warning")], as_of=date(2022, 6, 30),
    ),
    BatchCase(
        "T05", "found by a check, reported by nobody",
        (register(register_source="上级抽查"),), (register(),), [("B000001", 2, "concealed")],
    ),
    BatchCase(
        "T06", "the day after it was due, and on the day",
        (hand_in(date(2022, 7, 12)),), (hand_in(date(2022, 7, 11)),), [("B000001", 2, "warning")],
    ),
    BatchCase(
        "T06", "one in time makes a later one a supplement",
        (hand_in(date(2022, 7, 12), "报送"),),
        (hand_in(date(2022, 7, 11)), hand_in(date(2022, 7, 15), "报送")),
        [("B000001", 2, "warning")],
    ),
    BatchCase(
        "T07", "a date moved until the record looks punctual",
        (permits(LATE), permits({**LATE, "decision_date": "2022/06/15"}, received=AUGUST)),
        (permits(LATE), permits({**LATE, "decision_date": "2022/05/06"}, received=AUGUST)),
        [("B000002", 2, "warning")],
    ),
    BatchCase(
        "T08", "a number is missing",
        (permits(A, {"document_no": "示〔2022〕3号"}),), (permits(A, B),),
        [("B000001", 3, "warning")],
    ),
    BatchCase(
        "T09", "nil was declared, there are decisions",
        (permits(A), hand_in(date(2022, 7, 11))),
        (permits({**A, "decision_date": "2022/05/31"}), hand_in(date(2022, 7, 11))),
        [("B000002", 2, "warning")],
    ),
    BatchCase(
        "TK3", "the day after the deadline, and on it",
        (tasks({"task_id": TASK}, received=AFTER),), (tasks({"task_id": TASK}, received=DEADLINE),),
        [("B000001", 2, "warning")], as_of=AFTER,
    ),
    BatchCase(
        "TK6", "a completion is taken back",
        (tasks(DONE), tasks(BACK, received=AUGUST)),
        (tasks(DONE), tasks({**BACK, "remark": "验收未通过"}, received=AUGUST)),
        [("B000002", 2, "warning")],
    ),
    BatchCase(
        "X11", "the register says withdrawn",
        (permits(PUBLISHED), register(document_no=A["document_no"], status="撤销")),
        (
            permits(PUBLISHED),
            register(document_no=A["document_no"], status="撤销"),
            register(AUGUST, document_no=A["document_no"], status="有效"),
        ),
        [("B000001", 2, "warning")],
    ),
    BatchCase(
        "D07", "the same row twice",
        (clean("meeting_training", {}, {}),),
        (clean("meeting_training", {}, {"title": "另一期"}),), [("B000001", 3, "warning")],
    ),
    BatchCase(
        "DC3", "the same figure declared otherwise",
        (clean("declaration", {}, {"numerator": "80"}),),
        (clean("declaration", {}, {"period": "2022-05"}),), [("B000001", 3, "warning")],
    ),
    BatchCase(
        "M01", "two scores of one publication",
        (clean("city_index", {}, {"score": "80"}),),
        (clean("city_index", {}, {"period": "2022-05"}),), [("B000001", 3, "error")],
    ),
    BatchCase(
        "M02", "official and estimated scores in one file",
        (clean("city_index", {}, {"value_source": "测算"}),),
        (clean("city_index", {}), clean("city_index", {"value_source": "测算"})),
        [("B000001", 3, "warning")],
    ),
    BatchCase(
        "M03", "a total that is not the sum of its parts",
        (
            clean(
                "official_feedback", {}, {"decision_type": "行政处罚"},
                {"decision_type": "合计", "compliance_pct": "", "late_pct": ""},
            ),
        ),
        (clean("official_feedback", {}, {"decision_type": "合计"}),),
        [("B000001", 4, "error")],
    ),
    BatchCase(
        "OF1", "a unit stands twice in a bulletin",
        (clean("official_feedback", {}, {"owed_count": "999"}),),
        (clean("official_feedback", {}, {"decision_type": "行政处罚"}),),
        [("B000001", 3, "error")],
    ),
    BatchCase(
        "PA1", "the same text in another medium",
        (clean("publicity_article", {}, {"media": "示例公众号"}),),
        (clean("publicity_article", {}, {"article_kind": "转载"}),), [("B000001", 3, "warning")],
    ),
    BatchCase(
        "SU4", "two names in use",
        (clean("subject", {}, {"subject_name": "示例贸易有限公司"}),),
        (
            clean(
                "subject", {},
                {"subject_name": "示例贸易有限公司", "name_valid_to": "2019/02/28"},
            ),
        ),
        [("B000001", 3, "warning")],
    ),
    BatchCase(
        "C06", "the same promise twice in a file",
        (clean("commitment", {}, {"remark": "又一份"}),),
        (
            clean("commitment", {}, {"made_date": "2022/06/09"}),
            # A later file tells how it fared.
            clean("commitment", {"fulfilment_state": "全部履行"}, received=AUGUST),
        ),
        [("B000001", 3, "warning")],
    ),
    # At the end of June 80 % must have left: three of four have not, four of five have.
    BatchCase(
        "Z05", "three of four, and four of five",
        (clean("governance_case", {**JUNE, **OUT}, {**JUNE, **OUT}, {**JUNE, **OUT}, JUNE),),
        (clean("governance_case", *[{**JUNE, **OUT}] * 4, JUNE),), [("B000001", 5, "warning")],
    ),
    BatchCase(
        "Z05", "all of them by the end of the year; who is excluded is not asked",
        (
            clean(
                "governance_case", *[{**OUT, "as_of_date": "2022/12/31"}] * 9,
                {"as_of_date": "2022/12/31"}, received=date(2023, 1, 6),
            ),
        ),
        (
            clean(
                "governance_case", {**OUT, "as_of_date": "2022/12/31"},
                {"as_of_date": "2022/12/31", "exclusion_reason": "注销", "evidence": "证明"},
                received=date(2023, 1, 6),
            ),
            clean("governance_case", {"as_of_date": "2022/06/29"}),
        ),
        [("B000001", 11, "warning")],
    ),
]  # fmt: skip
