"""How a target is measured: the measure and parameters of bindings.csv, and whether they work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from warehouse.metrics import DECLARATIONS, Metric, load_metrics
from warehouse.models import describe_models

# Parameters that say how to compute, not which facts count.
OPTIONS: dict[str, tuple[str, ...]] = {"roll": ("last", "sum")}
DELIVERABLES = "marts.deliverable_periods"
OBLIGATIONS = "marts.obligation_periods"
HANDED_IN = frozenset({"by_day_of_month", "by_weekday"})

Parameters = dict[str, tuple[str, ...]]


def parse_parameters(text: str) -> Parameters:
    """`name=value|value;name=value` as name -> allowed values. ValueError on anything else."""
    found: Parameters = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, sign, values = part.partition("=")
        allowed = tuple(v.strip() for v in values.split("|") if v.strip())
        if not sign or not name.strip() or not allowed:
            raise ValueError(f"参数“{part}”看不懂，应写成 名称=值|值")
        if name.strip() in found:
            raise ValueError(f"参数“{name.strip()}”写了两次")
        found[name.strip()] = allowed
    return found


def facts_of(metric: Metric, measure: str) -> str:
    """The mart that a measure takes a metric's facts from; empty where no ledger has them yet.

    A declaration is read as declared and a duty as its dated obligations, whatever the metric's
    own facts are; a deliverable as documents, unless the metric itself reads others.
    """
    kind = measure.partition(":")[0]
    if kind == "declaration":
        return DECLARATIONS
    if kind == "duty":
        return OBLIGATIONS
    if kind == "deliverable" and metric.is_waiting:
        return DELIVERABLES
    return metric.facts


def filter_columns(mart: str) -> Sequence[str]:
    """The columns of a mart that a parameter may ask for (`filters` in models.toml)."""
    described = describe_models().get(mart.partition(".")[2], {})
    filters = described.get("filters", [])
    assert isinstance(filters, list)
    return [str(name) for name in filters]


def check_binding(target: Mapping[str, str], binding: Mapping[str, str]) -> str | None:
    """Why a target cannot be measured as its line of bindings.csv says; None where it can.

    The metric must be known; each parameter must be an option or a column of the facts; a figure
    of the target alone needs facts that name targets; a completion day needs facts with a day.
    """
    metric = load_metrics().get(target["metric_id"])
    if metric is None:
        return f"没有指标“{target['metric_id']}”"
    try:
        parameters = parse_parameters(binding["parameters"])
    except ValueError as error:
        return str(error)
    mart = facts_of(metric, binding["measure"])
    columns = filter_columns(mart)
    for name, values in parameters.items():
        if name in OPTIONS:
            if len(values) > 1 or values[0] not in OPTIONS[name]:
                return f"参数“{name}”只能是 {'、'.join(OPTIONS[name])} 之一"
        elif mart and name not in columns:
            known = "、".join([*columns, *OPTIONS])
            return f"参数“{name}”不是 {mart} 的可选列，可用：{known}"
    if not mart:
        return None
    if metric.per_target and mart == metric.facts and "target_id" not in columns:
        return f"指标“{metric.id}”按目标取数，但 {mart} 不写目标编号"
    dated = metric.family == "latest_date" or "event_date" in columns
    if target["comparator"] == "by_date" and not dated:
        return f"按日期完成的目标要有完成日期，{mart} 没有"
    if target["comparator"] in HANDED_IN and mart != OBLIGATIONS:
        return "按日报送的目标应绑定 duty:义务编号"
    return None
