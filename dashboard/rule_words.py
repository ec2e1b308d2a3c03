"""The quality rules in words: the catalogue as a frame, for the page 规则目录 and docs/rules.md."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.wording import SEVERITIES, TITLES
from expectations.rules import Rule

FAMILIES = {
    "G": "双公示及各台账通用", "T": "时限与报送", "X": "行政许可", "P": "行政处罚",
    "TK": "任务进度", "C": "信用承诺", "Z": "专项治理", "M": "指数、通报与汇总",
    "D": "各台账通用（登记类）", "L": "名单", "A": "应用案例", "R": "信用修复", "O": "异议",
    "CT": "责任人与联络员", "DC": "指标申报", "DE": "制度文件与成果", "HO": "典型与示范",
    "MT": "会议培训", "OF": "上级通报口径", "PA": "宣传稿件", "SU": "经营主体名录",
}  # fmt: skip
KINDS = {
    "file": "表头", "row": "单行", "batch": "跨行", "warehouse": "与先前数据比",
    "monitor": "入库后监测",
}  # fmt: skip
PARAMETERS = {
    "limits": "报送期限", "duties": "报送义务", "tasks": "任务清单", "targets": "目标",
    "units": "单位名册", "regions": "本地区划代码", "subjects": "经营主体名录",
    "index": "监测指标版本",
}  # fmt: skip
WAITING = "待台账"
CRASHED, FAILED, PASSED, UNASKED = "检查出错", "有问题", "没有问题", "本期未检查"
_SPELLED_OUT = 3  # ledgers named one by one in a table

_COUNTS = {
    "checked": pl.Int64, "failed": pl.Int64, "failed_batches": pl.Int64,
    "errored_batches": pl.Int64, "error": pl.Utf8,
}  # fmt: skip


def family_of(rule_id: str) -> str:
    """The letters before the number of a rule."""
    return rule_id.rstrip("0123456789")


def ledger_words(ledgers: Sequence[str]) -> str:
    """The ledgers of a rule by name; many are counted."""
    if len(ledgers) > _SPELLED_OUT:
        return f"{TITLES[ledgers[0]]}等 {len(ledgers)} 种台账"
    return "、".join(TITLES[ledger] for ledger in ledgers)


def force_words(rule: Rule) -> str:
    """From when to when the rule is in force, by the day a row is received; empty: always."""
    start, end = rule.effective_from, rule.effective_to
    if start and end:
        return f"{start} 至 {end} "
    if start:
        return f"{start} 起"
    return f"{end} 以前" if end else ""


def plan_values(told: pl.DataFrame) -> dict[str, str]:
    """What a plan says of the parameters that are one value: parameter -> words. `told`:
    rule_parameters.sql."""
    kinds = {"workday": "个工作日", "natural": "个自然日"}
    registers = {"complete": "完整，查无此码也提示", "partial": "不完整，只查同名不同码"}
    rows = told.to_dicts()
    limits = dict.fromkeys(f"{row['limit_days']} {kinds[row['limit_kind']]}" for row in rows)
    values = {"limits": "、".join(limits)}
    for row in rows[:1]:
        values["subjects"] = registers[row["subjects"]]
        if row["index_version"]:
            values["index"] = f"{row['index_version']} 版"
    return values


def catalogue(rules: Sequence[Rule], counts: pl.DataFrame) -> pl.DataFrame:
    """One row per rule with how it fared: rule_id, title, family, ledgers (ids), ledger_words,
    severity, kind, certainty (words), checked, failed, failed_batches, errored_batches, error,
    state. Those that crashed come first, then those that found most, then the others in the order
    of the families, what waits last. `counts`: rule_counts.sql."""
    order = list(FAMILIES)
    ordered = sorted(rules, key=lambda r: (r.is_waiting, order.index(family_of(r.id)), r.id))
    frame = pl.DataFrame(
        [
            {
                "rule_id": rule.id,
                "title": rule.title,
                "family": FAMILIES[family_of(rule.id)],
                "ledgers": list(rule.ledgers),
                "ledger_words": ledger_words(rule.ledgers),
                "severity": SEVERITIES[rule.severity],
                "kind": KINDS[rule.kind],
                "certainty": rule.certainty,
                "is_waiting": rule.is_waiting,
            }
            for rule in ordered
        ]
    )
    found = counts if counts.height else pl.DataFrame(schema={"rule_id": pl.Utf8, **_COUNTS})
    joined = frame.join(found, on="rule_id", how="left", maintain_order="left")
    state = (
        pl.when(pl.col("is_waiting"))
        .then(pl.lit(WAITING))
        .when(pl.col("errored_batches") > 0)
        .then(pl.lit(CRASHED))
        .when(pl.col("failed") > 0)
        .then(pl.lit(FAILED))
        .when(pl.col("checked") > 0)
        .then(pl.lit(PASSED))
        .otherwise(pl.lit(UNASKED))
    )
    told = joined.with_columns(state.alias("state"))
    is_found = pl.col("state") == FAILED
    return told.sort(
        pl.col("state") != CRASHED,
        ~is_found,
        pl.when(is_found).then(-pl.col("failed")),
        maintain_order=True,
    )


def matching(
    frame: pl.DataFrame,
    *,
    text: str = "",
    ledger: str | None = None,
    severity: str | None = None,
    kind: str | None = None,
    certainty: str | None = None,
    state: str | None = None,
) -> pl.DataFrame:
    """The rules of a catalogue that are asked for. `text` is looked for in the id, the title and
    the family, whatever its case; None asks for everything."""
    kept = frame
    if text.strip():
        words = pl.concat_str("rule_id", "title", "family", separator=" ").str.to_lowercase()
        kept = kept.filter(words.str.contains(text.strip().lower(), literal=True))
    if ledger is not None:
        kept = kept.filter(pl.col("ledgers").list.contains(ledger))
    chosen = {"severity": severity, "kind": kind, "certainty": certainty, "state": state}
    for column, value in chosen.items():
        if value is not None:
            kept = kept.filter(pl.col(column) == value)
    return kept


def summary_words(frame: pl.DataFrame) -> str:
    """How many rules there are and how they fared, in one sentence."""
    states = dict(frame.group_by("state").len().iter_rows())
    running = frame.height - states.get(WAITING, 0)
    parts = [f"共 {running} 条规则在用，本期 {states.get(FAILED, 0)} 条查出问题"]
    if crashed := states.get(CRASHED, 0):
        parts.append(f"{crashed} 条检查出错（不等于数据不合格，请联系系统管理员）")
    if waiting := states.get(WAITING, 0):
        parts.append(f"另有 {waiting} 条待台账接入后启用，现不检查、不计数")
    return "；".join(parts) + "。"
