"""The words of the pages, once: lights, units of measure, states, groups, ledgers.

Words follow the field's present usage (应报未报（待核）, 依法公示); the plan's own words stand in
quotation marks only.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.terms import in_present_words
from warehouse.contracts import load_contracts
from warehouse.ledgers import ledger_titles
from warehouse.marks import SAMPLE_MARK, standing_words

WATERMARK = SAMPLE_MARK
PRELIMINARY = standing_words(None)
NOTHING = "—"

GROUPS = {
    "power": "有许可处罚权部门",
    "other": "其他部门",
    "street": "镇街县区",
    "listed": "只列不排",
    "unknown": "未识别单位",
}
# Every ledger that a plan or a rule may name, by its whole title.
TITLES = {ledger: in_present_words(title) for ledger, title in ledger_titles().items()}
# Every ledger that can come in, some by a shorter title.
LEDGERS = {ledger: TITLES[ledger] for ledger in load_contracts()} | {
    "admin_permit": "行政许可",
    "admin_penalty": "行政处罚",
    "decision_register": "行政决定登记",
    "platform_receipt": "平台回执",
    "submission": "报送记录",
    "task_status": "任务进度",
}
SEVERITIES = {"error": "不可报", "warning": "提示", "late": "迟报", "concealed": "应报未报（待核）"}
BATCH_STATES = {"landed": "已落地", "accepted": "已接受", "held": "已暂挂", "withdrawn": "已撤回"}
TASK_KINDS = {
    "deliverable": "成果",
    "each": "各单位各一份",
    "recurring": "定期报送",
    "routine": "常态",
    "context": "背景",
    "group": "条目",
}
# Suites of the publish gate (expectations/suites).
SUITES = {
    "rules": "检查规则逐条核对",
    "batches": "批次：收到的行数与入仓的行数",
    "tables": "各表主键不重复、不缺",
    "metric_values.keys": "指标值：一个指标、期次、单位只有一个值",
    "metric_values.rates": "指标值：率等于分子除以分母",
    "metric_values.parts": "指标值：分子不大于分母",
    "metric_values.totals": "指标值：各单位合计等于总数",
    "span_values.keys": "1 月起累计值：一个指标、期次、单位只有一个值",
    "span_values.rates": "1 月起累计值：率等于分子除以分母",
    "span_values.parts": "1 月起累计值：分子不大于分母",
    "span_values.totals": "1 月起累计值：各单位合计等于总数",
    "target_figures.keys": "目标所用的数：一个目标、期次、单位只有一个值",
    "target_figures.shares": "目标所用的数：率等于分子除以分母",
    "target_figures.totals": "目标所用的数：各单位合计等于总数",
    "unit_scores": "测算分：一家一期一个，等于各部分之和，位次有据",
    "unit_score_parts": "测算分的各部分：不高于权重，未计入的没有得分",
    "closed": "已关闭的方案：与定稿时冻结的数一致",
    "target_values": "目标值：每个目标一行，状态与灯用规定的词",
}
BASES = {"receipt": "平台回执", "column": "台账上报时间"}

# (mark, word, colour of a badge) of a light; the mark and the word say it without the colour.
LIGHTS = {
    "green": ("✓", "达标", "green"),
    "yellow": ("▲", "接近", "yellow"),
    "red": ("✕", "未达标", "red"),
    "grey": ("○", "无数据", "gray"),
}
LEGEND = (
    ":green-badge[✓ 达标] :yellow-badge[▲ 接近或未到期] :red-badge[✕ 未达标] :gray-badge[○ 无数据]"
)

# How a number in a unit of measure reads; every unit of a target or metric is here but `%`.
UNITS = {
    "count": "", "date": "", "weekday(Fri)": "",
    "条": " 条", "万条": " 万条", "record": " 条", "件": " 件", "case": " 件", "incident": " 件",
    "day": " 天", "day(realtime)": " 天", "calendar_day": " 个自然日", "working_day": " 个工作日",
    "day_of_month": " 日", "rank": " 名",
    "list": " 张", "document": " 份", "report": " 份", "material": " 份",
    "report_per_month": " 份/月", "article_per_month": " 篇/月",
    "session": " 次", "activity": " 项", "visit": " 次", "meeting": " 次", "check": " 次",
    "time": " 次", "time_per_year": " 次/年",
    "assessment_per_year": " 次/年", "upload_per_month": " 次/月",
    "subject": " 家", "enterprise": " 家", "agency": " 家", "department": " 个部门",
    "county": " 个县（市、区）", "group": " 个小组", "role": " 类责任人",
    "domain": " 个领域", "field": " 个领域", "process": " 个环节", "stage": " 个环节",
    "scene": " 个场景", "scenario": " 个场景", "venue_type": " 类场所", "type": " 类",
    "category": " 类", "course": " 类课程", "node": " 个节点", "dimension": " 个维度",
    "item": " 项", "measure": " 项", "project": " 项", "task": " 项", "standard": " 项",
    "memorandum": " 项", "catalog": " 个", "column": " 个", "base": " 个", "database": " 个库",
    "mechanism": " 项", "capability": " 项", "grade": " 项",
}  # fmt: skip
# What is there or is not: asked for by `exists`.
_STATES = {
    "mechanism": ("已建立", "未建立"), "capability": ("已建成", "未建成"),
    "grade": ("已达到", "未达到"),
}  # fmt: skip
_WEEKDAYS = ("周日", "周一", "周二", "周三", "周四", "周五", "周六", "周日")
_COMPARATORS = {
    ">=": "≥", "<=": "≤", "=": "＝", ">": "＞", "within_days": "≤", "by_date": "不晚于",
    "increase": "较前提高", "decrease": "较前下降",
}  # fmt: skip


def light_word(light: str | None, status: str | None = None) -> str:
    """`✓ 达标` … ; a yellow light that waits for its day says 未到期."""
    if light is None:
        return "历史条款"
    mark, word, _ = LIGHTS[light]
    if light == "yellow" and status == "pending":
        word = "未到期"
    return f"{mark} {word}"


def light_badge(light: str | None, status: str | None = None, gap: str = "") -> str:
    """A Markdown badge with mark, word and gap: `✕ 未达标 差 6 条`."""
    colour = LIGHTS[light][2] if light else "gray"
    text = " ".join(filter(None, [light_word(light, status), gap]))
    return f":{colour}-badge[{text}]"


def percent(value: float | None, digits: int = 1) -> str:
    """`99.4%`, `100%`; `—` for none. A rate short of 100 is never rounded up to it."""
    if value is None:
        return NOTHING
    if value in (0.0, 100.0):
        return f"{value:.0f}%"
    text = f"{value:.{digits}f}"
    if value < 100 and float(text) >= 100:
        text = f"{100 - 10**-digits:.{digits}f}"
    return f"{text}%"


def quantity(value: Any, unit: str, comparator: str = "") -> str:
    """A value (number or the text of one) in its unit; `—` for none.

    What a target only asks to be there (`exists`) reads 有 or 无, 已建立 or 未建立 …
    """
    number = as_number(value)
    if number is None:
        return NOTHING if value in (None, "") else str(value)
    if unit == "%":
        return percent(number)
    if comparator == "exists":
        return _STATES.get(unit, ("有", "无"))[number < 1]
    return f"{number:g}{UNITS.get(unit, '')}"


def target_words(
    comparator: str, threshold: Any, unit: str, due: str | None = None, recurrence: str = ""
) -> str:
    """`≥ 100%`, `每月 10 日前`, `每双数月 15 日前`, `有（2022-12-31 前）` … what a target asks."""
    if comparator in ("by_day_of_month", "by_weekday"):
        last = int(as_number(due) or 0)
        month = "每双数月" if recurrence.startswith("even_month") else "每月"
        is_monthly = comparator == "by_day_of_month"
        word = f"{month} {last} 日前" if is_monthly else f"每{_WEEKDAYS[last]}前"
        return f"{word}，按期 100%"
    if comparator == "by_date":
        return f"{_COMPARATORS[comparator]} {threshold or due or NOTHING}"
    until = f"（{due} 前）" if due else ""
    if comparator == "exists":
        return f"{_STATES.get(unit, ('有',))[0]}{until}"
    if comparator in ("increase", "decrease"):
        return f"{_COMPARATORS[comparator]}{until}"
    number = as_number(threshold)
    wanted = f"{number:g}%" if unit == "%" and number is not None else quantity(threshold, unit)
    return f"{_COMPARATORS[comparator]} {wanted}{until}"


def change(value: float | None, previous: float | None, *, is_rate: bool) -> str:
    """`较上期 +0.4 个百分点`; `较上期 —` where one is missing."""
    if value is None or previous is None:
        return f"较上期 {NOTHING}"
    difference = value - previous
    if abs(difference) < (0.05 if is_rate else 0.5):
        return "较上期 持平"
    return f"较上期 {difference:+.1f} 点" if is_rate else f"较上期 {difference:+.0f}"


def as_number(value: Any) -> float | None:
    """The number that a figure's text holds; None for dates and blanks."""
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def day(value: date | None) -> str:
    """`6 月 10 日`; `—` for none."""
    return NOTHING if value is None else f"{value.month} 月 {value.day} 日"


def months_words(months: list[str]) -> str:
    """`5 月`, `3—5 月`, `2021 年 12 月—2022 年 2 月` for sorted months `2022-05` …"""
    first, last = months[0], months[-1]
    if first == last:
        return f"{int(last[-2:])} 月"
    if first[:4] == last[:4]:
        return f"{int(first[-2:])}—{int(last[-2:])} 月"
    return f"{period_words(first)}—{period_words(last)}"


def period_words(period: str) -> str:
    """`2022 年 6 月`, `2022 年第 2 季度`, `2022 年`."""
    year, _, rest = period.partition("-")
    if not rest:
        return f"{year} 年"
    if rest.startswith("Q"):
        return f"{year} 年第 {rest[1:]} 季度"
    return f"{year} 年 {int(rest)} 月"
