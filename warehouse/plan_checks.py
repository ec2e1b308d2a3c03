"""What a plan folder may not say: every contradiction is refused with file, line and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from warehouse.bindings import check_binding
from warehouse.duties import check_duty
from warehouse.identifiers import is_uscc
from warehouse.ledgers import LEDGER_IDS
from warehouse.metrics import load_metrics
from warehouse.normalise import name_key
from warehouse.plan_rows import PlanError, Row, overlap

if TYPE_CHECKING:
    from warehouse.index_trees import IndexTree
    from warehouse.plans import Plan

# Column -> the words it may hold.
TASK_WORDS = {
    "task_kind": {"context", "group", "deliverable", "each", "recurring", "routine"},
    "done_by": {"", "status", "target"},
}
UNIT_WORDS = {
    "kind": {"department", "street", "town", "county"},
    "ranking_group": {"power", "other", "street", "listed"},
}
TARGET_WORDS = {
    "comparator": {
        ">=", "<=", "=", ">", "exists", "by_date", "by_day_of_month", "by_weekday",
        "within_days", "increase", "decrease",
    },
    "hardness": {"must", "strive", "principle", "explore"},
    "kind": {"stated", "deadline", "inferred", "enumerated", "checkable"},
    "legal_status": {"in_force", "historical", "not_applicable"},
}  # fmt: skip
ALIAS_KINDS = {"", "alias", "title"}
MEANINGS = {"unit", "collective", "external", "truncated"}
PART_COMPARATORS = {">=", "<="}
SUBJECTS = {"duty", "metric"}
STATES = {"applies", "not", "exempt"}
CARRIED_KINDS = {"task", "governance_subject", "debt", "commitment"}
MEASURES = {"ledger", "duty", "deliverable", "declaration"}
SETTINGS = {
    "holiday_policy": {"extend", "advance", "keep"},
    "index_scope": {"own", "parent", "none"},
    "figures": {"own", "official"},
    "subjects": {"complete", "partial"},
}
# Targets whose limit is the number in `value`.
NUMBERED = {">=", "<=", "=", ">", "within_days", "by_day_of_month", "by_weekday"}
FULL_WEIGHT = 100.0
TOLERANCE = 1e-9


def check_plan(plan: Plan, trees: Mapping[str, IndexTree]) -> None:
    """Raise PlanError for the first thing in which a plan contradicts itself, the product's metrics
    and ledgers, or the indicator trees of the city index."""
    for check in (
        _check_settings, _check_meanings, _check_roster, _check_names, _check_clause_names,
        _check_tasks, _check_decomposition, _check_targets, _check_bindings, _check_duties,
        _check_applicability, _check_assessment, _check_carried_over, _check_regions,
    ):  # fmt: skip
        check(plan)
    _check_index(plan, trees)


def _check_settings(plan: Plan) -> None:
    toml = plan.folder / "plan.toml"
    for key, allowed in SETTINGS.items():
        if key in plan.settings and plan.settings[key] not in allowed:
            raise PlanError(toml, None, f"{key} 应为 {'/'.join(sorted(allowed))}")
    for limit in plan.limits:
        if limit.get("kind") not in {"workday", "natural"} or "days" not in limit:
            raise PlanError(toml, None, "limits 需写 days 和 kind（workday 或 natural）")
    if not plan.period_start <= plan.period_end:
        raise PlanError(toml, None, "period_end 早于 period_start")
    if plan.period_start.year != plan.year or plan.period_end.year != plan.year:
        raise PlanError(toml, None, f"period_start 和 period_end 应在 {plan.year} 年内")


def _check_meanings(plan: Plan) -> None:
    _refuse_repeats(plan.clause_names, "clause_name")
    for clause in plan.clause_names:
        _check_words(clause, {"meaning": MEANINGS})


def _check_roster(plan: Plan) -> None:
    _refuse_repeats(plan.units, "unit_id")
    _refuse_repeats([u for u in plan.units if u["uscc"]], "uscc")
    for unit in plan.units:
        _check_words(unit, UNIT_WORDS)
        _check_validity(unit)
        if unit["uscc"] and not is_uscc(unit["uscc"]):
            raise unit.error(f"统一社会信用代码“{unit['uscc']}”校验不通过")
        heir = unit.get("successor", "")
        if not heir:
            continue
        if not unit["valid_to"]:
            raise unit.error("写了 successor（并入的单位），还要写 valid_to（并入的日期）")
        if heir == unit["unit_id"]:
            raise unit.error("successor 不能是单位自己")
        _check_unit(plan, unit, heir)
        if not plan.roster[heir].holds(unit.validity[1]):
            raise unit.error(f"并入的单位 {heir} 在 {unit['valid_to']} 还没有设立或已不存在")


def _check_names(plan: Plan) -> None:
    """A name leads to one unit on each day, and never to one that the text means collectively."""
    carried: dict[str, list[Row]] = {}
    for alias in plan.aliases:
        _check_unit(plan, alias, alias["unit_id"])
        _check_validity(alias)
        if alias.get("kind", "") not in ALIAS_KINDS:
            raise alias.error(f"kind“{alias['kind']}”不认识，应为 title（正式名称）或 alias")
    titles = [a for a in plan.aliases if a.get("kind") == "title"]
    _refuse_overlaps(titles, "unit_id", "同一单位同一时期只有一个正式名称")
    for row in [*plan.units, *plan.aliases]:
        names = [row["name"], *row.names("clause_names")] if "name" in row else [row["alias"]]
        for name in names:
            other = plan.other_names.get(name)
            if other is not None:
                meaning = {
                    "collective": "集合名称",
                    "external": "外部单位",
                    "truncated": "残缺名称",
                }
                word = meaning.get(other["meaning"], other["meaning"])
                raise row.error(f"“{name}”是{word}，不能作为承担结果的单位")
            for known in carried.setdefault(name_key(name) or "", []):
                is_other = known["unit_id"] != row["unit_id"]
                if is_other and overlap(known.validity, row.validity):
                    both = f"{known['unit_id']} 和 {row['unit_id']}"
                    raise row.error(f"名称“{name}”同一时期属于两个单位：{both}")
            carried[name_key(name) or ""].append(row)


def _check_clause_names(plan: Plan) -> None:
    for clause in plan.clause_names:
        meaning, name = clause["meaning"], clause["clause_name"]
        if meaning == "unit" and name not in plan.unit_of_clause:
            raise clause.error(f"“{name}”写作 unit，但名册 units.csv 中没有单位承担这个名称")
        words = clause.names("expands_to")
        if words and meaning != "collective":
            raise clause.error(f"“{name}”不是集合名称，expands_to 应为空")
        for word in words:
            if word.startswith("clause:"):
                raise clause.error(
                    "expands_to 不能再写条款用名，请写单位编号、单位类型或 group:排名组"
                )
            _check_expansion(plan, clause, word)


def _check_tasks(plan: Plan) -> None:
    _refuse_repeats(plan.tasks, "task_id")
    known = {t["task_id"] for t in plan.tasks}
    words = plan.unit_of_clause.keys() | plan.other_names.keys()
    for task in plan.tasks:
        _check_words(task, TASK_WORDS)
        if task["parent_id"] and task["parent_id"] not in known:
            raise task.error(f"上级任务 {task['parent_id']} 不存在")
        task.day("deadline")
        for column in ("clause_actor", "lead_departments", "responsible_departments"):
            for name in task.names(column):
                if name not in words:
                    raise task.error(f"责任单位“{name}”不在名册或 clause_names.csv 中")


def _check_decomposition(plan: Plan) -> None:
    _refuse_repeats(plan.decomposition, "task_id")
    tasks = {t["task_id"]: t for t in plan.tasks}
    for row in plan.decomposition:
        task = tasks.get(row["task_id"])
        if task is None:
            raise row.error(f"任务 {row['task_id']} 不存在")
        if row.day("deadline") and task.day("deadline"):
            raise row.error("方案条款已写明时限，分解表不能另定")
        if row["lead"]:
            _check_unit(plan, row, row["lead"])
        for word in row.names("units"):
            _check_expansion(plan, row, word)


def _check_targets(plan: Plan) -> None:
    _refuse_overlaps(plan.targets, "target_id", "同一目标的两个版本有效期重叠")
    tasks = {t["task_id"] for t in plan.tasks}
    bound = {b["target_id"] for b in plan.bindings}
    first: dict[str, Row] = {}
    for target in plan.targets:
        _check_validity(target)
        _check_words(target, TARGET_WORDS)
        if target["task_id"] not in tasks:
            raise target.error(f"目标挂在不存在的任务 {target['task_id']} 上")
        _check_metric(target, target["metric_id"])
        if target["target_id"] not in bound:
            raise target.error("bindings.csv 中没有写明怎样测量")
        if target["comparator"] == "by_date" and plan.target_due(target) is None:
            raise target.error("按日期完成的目标要写 due_date")
        if target["comparator"] in NUMBERED:
            _number(target, "value")
        known = first.setdefault(target["target_id"], target)
        for column in ("task_id", "metric_id"):
            if target[column] != known[column]:
                raise target.error(f"同一目标的各版本 {column} 应相同；换了就另编目标编号")


def _check_bindings(plan: Plan) -> None:
    _refuse_repeats(plan.bindings, "target_id")
    duties = {d["duty_id"] for d in plan.duties}
    targets = {t["target_id"]: t for t in plan.targets}
    for binding in plan.bindings:
        kind, _, what = binding["measure"].partition(":")
        if binding["target_id"] not in targets:
            raise binding.error(f"目标 {binding['target_id']} 不存在")
        if kind not in MEASURES:
            raise binding.error(f"测量方式“{binding['measure']}”不认识")
        if kind == "duty" and what not in duties:
            raise binding.error(f"义务 {what} 不在 duties.csv 中")
        if kind == "ledger":
            _check_ledgers(binding, what)
        if reason := check_binding(targets[binding["target_id"]], binding):
            raise binding.error(reason)


def _check_duties(plan: Plan) -> None:
    _refuse_repeats(plan.duties, "duty_id")
    for duty in plan.duties:
        check_duty(plan, duty)
        _check_metric(duty, duty["metric_id"])
        if duty["ledgers"]:
            _check_ledgers(duty, duty["ledgers"])


def _check_applicability(plan: Plan) -> None:
    duties = {d["duty_id"] for d in plan.duties}
    for row in plan.applicability:
        _check_unit(plan, row, row["unit_id"])
        _check_validity(row)
        if row["subject"] not in SUBJECTS:
            raise row.error(f"subject“{row['subject']}”应为 {'/'.join(sorted(SUBJECTS))}")
        if row["state"] not in STATES:
            raise row.error(f"state“{row['state']}”应为 {'/'.join(sorted(STATES))}")
        if row["subject"] == "metric":
            _check_metric(row, row["subject_id"])
        elif row["subject_id"] not in duties:
            raise row.error(f"义务 {row['subject_id']} 不在 duties.csv 中")
        if row["state"] != "applies" and not row["reason"].strip():
            raise row.error("不适用或豁免要写明理由 reason")
    _refuse_overlaps(
        plan.applicability, "unit_id subject subject_id", "同一单位同一事项的有效期重叠"
    )


def _check_assessment(plan: Plan) -> None:
    """The weights in force add up to 100 on every day of the plan's period, or there are none."""
    for part in plan.assessment:
        _check_validity(part)
        _check_metric(part, part["metric_id"])
        if part["comparator"] not in PART_COMPARATORS:
            raise part.error(f"考核项的比较方式应为 >= 或 <=，现为“{part['comparator']}”")
        _number(part, "target")
        if _number(part, "weight") <= 0:
            raise part.error("权重应大于 0")
    _refuse_overlaps(plan.assessment, "part_id", "同一考核项的有效期重叠")
    if not plan.assessment:
        return
    edges = {edge for part in plan.assessment for edge in part.validity}
    days = {plan.period_start} | {e for e in edges if plan.period_start < e <= plan.period_end}
    for day in sorted(days):
        held = [part for part in plan.assessment if part.holds(day)]
        total = sum(_number(part, "weight") for part in held)
        if abs(total - FULL_WEIGHT) > TOLERANCE:
            raise _row_of_day(plan.assessment, day).error(
                f"{day} 起有效的权重合计为 {total:g}，应为 100"
            )


def _row_of_day(parts: list[Row], day: date) -> Row:
    """The row to point at for a sum that is wrong from a day on: what begins or ends there."""
    return next((part for part in parts if day in part.validity), parts[-1])


def _check_index(plan: Plan, trees: Mapping[str, IndexTree]) -> None:
    """Which tree and city the plan looks at, and which unit answers for which of its indicators."""
    toml, version = plan.folder / "plan.toml", plan.settings.get("index_version", "")
    if plan.index_scope == "none":
        if plan.index_owners:
            raise plan.index_owners[0].error("index_scope 是 none，不能分解监测指标")
        return
    for key in ("index_version", "index_city", "index_group"):
        if not plan.settings.get(key):
            raise PlanError(toml, None, f"index_scope 是 {plan.index_scope}，要写明 {key}")
    if version not in trees:
        known = "、".join(trees)
        raise PlanError(toml, None, f"没有 {version} 版指标树，index_version 可用：{known}")
    indicators = {one.indicator_id for one in trees[version].indicators}
    for row in plan.index_owners:
        _check_unit(plan, row, row["unit_id"])
        _check_validity(row)
        if row["indicator_id"] not in indicators:
            raise row.error(f"{version} 版指标树中没有指标 {row['indicator_id']}")
        if not row["doc_no"].strip():
            raise row.error("要写明印发分解清单的文号 doc_no")
    _refuse_overlaps(plan.index_owners, "indicator_id unit_id", "同一指标同一单位的有效期重叠")


def _check_carried_over(plan: Plan) -> None:
    tasks = {t["task_id"] for t in plan.tasks}
    for row in plan.carried_over:
        _check_words(row, {"kind": CARRIED_KINDS})
        if row["unit"]:
            _check_unit(plan, row, row["unit"])
        row.day("since")
        if row["kind"] == "task" and row["id"] not in tasks:
            raise row.error(f"任务 {row['id']} 不存在")


def _check_regions(plan: Plan) -> None:
    for row in plan.regions:
        if not re.fullmatch("[0-9]{6}", row["code"]):
            raise row.error(f"区划代码 {row['code']} 应为 6 位数字")
        if not row["basis"].strip():
            raise row.error("要写明启用这个区划代码的依据 basis")


def _check_words(row: Row, allowed: dict[str, set[str]]) -> None:
    for column, words in allowed.items():
        if row.get(column, "") not in words:
            known = "、".join(sorted(word for word in words if word))
            raise row.error(f"{column}“{row.get(column, '')}”不认识，应为 {known} 之一")


def _check_unit(plan: Plan, row: Row, unit_id: str) -> None:
    if unit_id not in plan.roster:
        raise row.error(f"单位 {unit_id} 不在名册 units.csv 中")


def _check_expansion(plan: Plan, row: Row, word: str) -> None:
    if not plan.expand(word):
        kinds = "、".join(sorted(UNIT_WORDS["kind"]))
        raise row.error(
            f"“{word}”对不上名册中的单位：可写单位编号、单位类型（{kinds}）、group:排名组、clause:条款用名"
        )


def _check_metric(row: Row, metric_id: str) -> None:
    if metric_id not in load_metrics():
        raise row.error(f"没有指标“{metric_id}”")


def _check_ledgers(row: Row, ledgers: str) -> None:
    for ledger in ledgers.split("+"):
        if ledger not in LEDGER_IDS:
            raise row.error(f"台账“{ledger}”不认识")


def _check_validity(row: Row) -> None:
    start, end = row.validity
    if start >= end:
        raise row.error("valid_to 应晚于 valid_from")


def _number(row: Row, column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise row.error(f"{column}“{row[column]}”应为数") from None


def _refuse_repeats(rows: Iterable[Row], key: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if not row[key]:
            raise row.error(f"{key} 为空")
        if row[key] in seen:
            raise row.error(f"“{row[key]}”重复")
        seen.add(row[key])


def _refuse_overlaps(rows: Iterable[Row], keys: str, reason: str) -> None:
    """Refuse two rows of one key whose validities share a day."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys.split()), []).append(row)
    for key, group in groups.items():
        for one, other in combinations(group, 2):
            if overlap(one.validity, other.validity):
                raise other.error(f"“{' '.join(key)}”重复：{reason}")
