"""Targets as rows of a table, in words: one place for the pages that list them."""

from __future__ import annotations

import polars as pl

from dashboard.wording import NOTHING, light_word, quantity, target_words

HARDNESS = {"must": "必须", "principle": "原则上", "strive": "力争", "explore": "探索"}
_MEASURES = {
    "correction": "更正与撤销申请", "objection": "异议", "credit_record": "归集",
    "commitment": "承诺及履约", "credit_query": "查询与报告", "evaluation": "评价分级",
    "subject": "经营主体名录", "inspection": "检查", "matter": "应查事项", "measure": "措施清单",
    "list_entry": "名单", "joint_case": "失信惩戒措施应用案例", "repair": "修复",
    "governance_case": "专项治理", "gov_default_case": "涉政府机构失信与拖欠",
    "integrity_archive": "政务诚信档案", "scenario": "信用便民惠企", "honour": "典型与示范",
    "publicity_article": "宣传", "meeting_training": "会议培训", "contact": "责任人与联络员",
    "city_index": "监测指数", "external_assessment": "上级考核", "deliverable": "制度文件与成果",
    "declaration": "指标申报", "list_share": "名单共享", "security_event": "信息安全事件",
    "interview": "约谈", "catalogue_item": "归集目录", "connection": "系统对接",
    "approval_case": "容缺审批件", "official_feedback": "上级通报口径",
}  # fmt: skip


_COLUMNS = (
    "clause_title", "title", "target", "actual", "gap", "light", "hardness", "kind", "missing",
)  # fmt: skip


def targets_as_table(targets: pl.DataFrame) -> pl.DataFrame:
    """Targets (targets.sql) in words: clause_title, title, target, actual, gap, light, hardness,
    kind, missing."""
    return pl.DataFrame(
        [
            {
                "clause_title": row["clause_title"],
                "title": row["title"],
                "target": target_words(
                    row["comparator"], row["threshold"], row["unit"], row["due"]
                ),
                "actual": quantity(row["value"], row["unit"], row["comparator"]),
                "gap": row["gap_text"] or "",
                "light": light_word(row["light"], row["status"]),
                "hardness": HARDNESS[row["hardness"]],
                "kind": "目标" if row["is_counted"] else "工作要求（本办理解）",
                "missing": ledgers_in_words(row["missing"]) or NOTHING,
            }
            for row in targets.iter_rows(named=True)
        ],
        schema=dict.fromkeys(_COLUMNS, pl.Utf8),
    )


def ledgers_in_words(ledgers: list[str]) -> str:
    """The names of ledgers, also of those that are not there yet."""
    return "、".join(_MEASURES.get(ledger, ledger) for ledger in ledgers)
