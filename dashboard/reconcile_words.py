"""What reconciliation found, in words: classes, coverage, spot checks, own and official rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.wording import NOTHING, day, percent
from etl.official import NOTICEABLE_POINTS, RATES
from etl.reconcile import FIELDS, FINDINGS
from etl.spot_checks import ANSWERS
from expectations.rules import load_rules

MEANINGS = {
    "unreported": "登记或抽查发现、期限已过、台账和回执里都没有；未经核实不作定性。",
    "not_stored": "平台退回，或报送日在本单位首末两份回执之间而没有回执。",
    "extra": "台账里有，登记、抽查和回执里都没有；只判当月交了登记的单位。",
    "differing": "同一份决定，登记、抽查或回执所填与台账现行版本不同；空格不算不同。",
}
"""What each class holds, beside its records."""

_NAMED = 5  # units named in one sentence; of more the number
_NO_LIST = "还没有收到过抽查清单或网站比对。"
NO_LISTS = (
    f"{_NO_LIST}收到后按“行政决定登记”模板填好（登记来源写 上级抽查 或 网站比对，写明来源文号），"
    "用 citycredit load 载入，这里逐条给出对照结果。"
)


def classes_finding(
    counts: Mapping[str, int], found: pl.DataFrame, report: Mapping[str, Any] | None
) -> str:
    """The four classes in one sentence; `report`: the report rate's figure, if there is one."""
    told = [f"{FINDINGS[finding]} {count} 件" for finding, count in counts.items() if count]
    rate = ""
    if report is not None and report["denominator"]:
        owed, reported = int(report["denominator"]), int(report["numerator"])
        rate = f"应报 {owed} 件，已报 {reported} 件；"
    if not told:
        return f"{rate}登记、回执与台账都对得上"
    units = found["unit"].n_unique()
    return f"{rate}对不上的：{'、'.join(told)}，涉及 {units} 家"


def report_identity(report: Mapping[str, Any] | None, count: int) -> str:
    """Why the unreported are that many: what the report rate lacks."""
    if report is None or not report["denominator"]:
        return ""
    owed, reported = int(report["denominator"]), int(report["numerator"])
    rate = percent(100 * reported / owed)
    return f"上报率 {rate} ＝ {reported} ÷ {owed}，差的 {owed - reported} 件就是这 {count} 件。"


def coverage_note(coverage: pl.DataFrame) -> str:
    """Of whom there is nothing to compare with."""
    reported = coverage.filter(pl.col("reported") > 0)
    told = [
        _of_whom(
            reported.filter(pl.col("registered") == 0), "没有登记可对（不判“台账有而登记无”）"
        ),
        _of_whom(reported.filter(pl.col("answered") == 0), "没有平台回执可对（不判“已报未入库”）"),
    ]
    without_key = int(coverage["without_key"].sum())
    if without_key:
        told.append(f"{without_key} 条台账记录缺机关代码或文书号，无法比对")
    return "；".join(filter(None, told))


def _of_whom(units: pl.DataFrame, words: str) -> str:
    names = units["unit"].to_list()
    told = "、".join(names[:_NAMED]) + (f"等 {len(names)} 家" if len(names) > _NAMED else "")
    return f"{told} {words}" if names else ""


def field_words(differences: pl.DataFrame) -> pl.DataFrame:
    """The frame with `field_word`, and `note` where both values were masked."""
    return differences.with_columns(
        pl.col("field").replace(FIELDS).alias("field_word"),
        pl.when(pl.col("is_masked"))
        .then(pl.lit("个人信息已脱敏，原值不同"))
        .otherwise(pl.lit(""))
        .alias("note"),
    )


def differences_finding(differences: pl.DataFrame) -> str:
    """Which fields differ most."""
    counts = differences["field_word"].value_counts(sort=True)
    told = "、".join(f"{word} {count} 处" for word, count in counts.iter_rows())
    documents = differences["decision_key"].n_unique()
    return f"{documents} 份决定、{differences.height} 处不同：{told}"


def list_title(row: Mapping[str, Any]) -> str:
    """A list as it is chosen: its number, where it came from, how long it is."""
    return (
        f"{row['list_name']}（{row['source']}，{day(row['received_date'])}收到，{row['rows']} 条）"
    )


def answers_finding(answers: pl.DataFrame) -> str:
    """How a list is answered, in one sentence."""
    counts = dict(answers["answer"].value_counts().iter_rows())
    always = ("stored", "in_transit", "exempt", "missed")
    told = [f"{ANSWERS[key]} {counts.get(key, 0)}" for key in always]
    told += [
        f"{ANSWERS[key]} {counts[key]}" for key in ANSWERS if key not in always and key in counts
    ]
    return f"{answers.height} 条：{'，'.join(told)}"


def answers_by_unit(answers: pl.DataFrame) -> pl.DataFrame:
    """One row per unit of a list: unit, rows, then a column per answer given (in words)."""
    given = [key for key in ANSWERS if key in set(answers["answer"])]
    return answers.group_by("unit", maintain_order=True).agg(
        pl.len().alias("rows"),
        *((pl.col("answer") == key).sum().alias(ANSWERS[key]) for key in given),
    )


def official_finding(official: pl.DataFrame, totals: pl.DataFrame) -> str:
    """How far own and official rates are apart, over the units that both count."""
    if totals.is_empty():
        return "上级已通报，本办没有可比的明细"
    told = []
    for row in totals.iter_rows(named=True):
        own, above = percent(row["own_value"], 2), percent(row["official_value"], 2)
        told.append(f"{RATES[row['metric_id']]} 本办 {own}、通报 {above}")
    far = noticeable(official)["unit"].n_unique()
    units = int(totals["unit_count"].max() or 0)  # type: ignore[arg-type]
    apart = f"{far} 家相差超过 {NOTICEABLE_POINTS:g} 个百分点" if far else "各家都相差不多"
    return f"两边都有的 {units} 家：{'；'.join(told)}。{apart}"


def noticeable(official: pl.DataFrame) -> pl.DataFrame:
    """The rows whose difference asks for an explanation."""
    return official.filter(pl.col("points").abs() > NOTICEABLE_POINTS)


def official_rows(official: pl.DataFrame) -> pl.DataFrame:
    """The frame of `read_official` as a table: one row per unit and rate, in words."""
    rows = [
        {
            "unit_id": row["unit_id"],
            "unit": row["unit"],
            "rate": RATES[row["metric_id"]],
            "own": _rate(row, "own"),
            "official": _rate(row, "official"),
            "points": NOTHING if row["points"] is None else _signed(row["points"], 2),
            "records": _records(row),
            "doc": _notice(row),
        }
        for row in official.iter_rows(named=True)
    ]
    names = ("unit_id", "unit", "rate", "own", "official", "points", "records", "doc")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Utf8))


def _rate(row: Mapping[str, Any], side: str) -> str:
    if row[f"{side}_base"] is None:
        return "无明细"
    hits, base = int(row[f"{side}_hits"]), int(row[f"{side}_base"])
    return f"{percent(row[f'{side}_value'], 2)}（{hits}/{base}）"


def _records(row: Mapping[str, Any]) -> str:
    if row["base_more"] is None:
        return NOTHING
    return f"分子 {_signed(row['hits_more'])}，分母 {_signed(row['base_more'])}"


def _more(count: int) -> str:
    if not count:
        return "相同"
    return f"多 {count} 条" if count > 0 else f"少 {-count} 条"


def _signed(value: float, digits: int = 0) -> str:
    text = f"{value:+.{digits}f}"
    return text.lstrip("+-") if float(text) == 0 else text


def _notice(row: Mapping[str, Any]) -> str:
    count = int(row["notice_count"] or 0)
    return f"{row['doc_no']}等 {count} 份" if count > 1 else str(row["doc_no"] or NOTHING)


def with_rule_titles(explanations: pl.DataFrame) -> pl.DataFrame:
    """The frame of `read_explanations` with the rules that refused a record in words."""
    titles = {rule.id: f"{rule.id} {rule.title}" for rule in load_rules()}
    told = [
        "；".join(titles.get(rule, rule) for rule in (row["detail"] or "").split())
        if row["kind"] == "refused_stored"
        else row["detail"]
        for row in explanations.iter_rows(named=True)
    ]
    return explanations.with_columns(pl.Series("detail", told, pl.Utf8))


def explained_note(official: pl.DataFrame, explanations: pl.DataFrame) -> str:
    """What the listed records explain of the compliance rate, and what cannot be known."""
    both = official.filter(
        (pl.col("metric_id") == "publicity_compliance_rate") & pl.col("hits_more").is_not_null()
    )
    compared = explanations.filter(pl.col("unit_id").is_in(both["unit_id"].to_list()))
    counts = dict(compared["kind"].value_counts().iter_rows())
    ours, theirs = counts.get("accepted_returned", 0), counts.get("refused_stored", 0)
    told = ""
    if both.height:
        more, base = int(both["hits_more"].sum()), int(both["base_more"].sum())
        known = ours - theirs
        told = (
            f"合规率：本办判合规的比通报入库{_more(more)}，其中上报条数{_more(base)}，"
            f"逐条对得上的{_more(known)}（平台退回而本办判合规 {ours} 条，"
            f"本办判不可报而平台已入库 {theirs} 条），"
            f"其余 {abs(more - base - known)} 条无名单可对。"
        )
    return told
