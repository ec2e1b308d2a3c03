"""`citycredit reconcile`: registers, receipts, spot checks, official rates against the ledgers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import duckdb
import polars as pl
import typer

from etl.answer_sheet import write_answer_sheet
from etl.cli_common import AsOfOption, ChineseCommand, FormatOption, HomeOption, warehouse_as_of
from etl.cli_read import (
    NO_DATA,
    PeriodFilter,
    PlanFilter,
    checked_home,
    default_periods,
    nothing_in,
)
from etl.cli_scores import UnitFilter
from etl.official import (
    EXPLANATIONS,
    RATES,
    official_totals,
    read_explanations,
    read_official,
)
from etl.output import Format, Output
from etl.pipeline import RequestError
from etl.reconcile import (
    FIELDS,
    FINDINGS,
    count_findings,
    read_coverage,
    read_differences,
    read_discrepancies,
)
from etl.spot_checks import read_answers, read_lists
from warehouse import files
from warehouse.marks import standing_words

_FOUND = {
    "word": "类别", "unit": "单位", "document_no": "文书号", "counterparty_name": "相对人",
    "decision_date": "决定日期", "detail": "说明", "file_name": "文件", "row_number": "行",
}  # fmt: skip
_DIFFERING = {
    "unit": "单位", "document_no": "文书号", "source": "来源", "word": "项目",
    "told_value": "来源所填", "record_value": "台账所填",
}  # fmt: skip
_LISTS = {
    "list_name": "清单", "source": "来源", "received_date": "收到", "rows": "条数",
    "stored": "已上平台", "in_transit": "在途", "exempt": "依法不报送", "missed": "漏报（待核）",
    "other": "其他",
}  # fmt: skip
_ANSWERED = {
    "unit": "单位", "document_no": "文书号", "counterparty_name": "相对人",
    "decision_date": "决定日期", "answer_word": "对照结果", "reason": "说明或依据",
}  # fmt: skip
_COMPARED = {
    "unit": "单位", "word": "率", "own_value": "本办测算%", "official_value": "上级通报%",
    "points": "相差（百分点）", "hits_more": "分子多（条）", "base_more": "分母多（条）",
    "doc_no": "通报",
}  # fmt: skip


def reconcile(
    plan: PlanFilter = None,
    period: PeriodFilter = None,
    unit: UnitFilter = None,
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", help="只答这份抽查清单：来源文号，没有的写文件名。"),
    ] = None,
    workbook: Annotated[
        Path | None,
        typer.Option("--workbook", metavar="OUT.xlsx", help="把 --list 的逐条对照表写成 xlsx。"),
    ] = None,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """对账核查：登记、平台回执、抽查清单、上级通报与台账比对。

    应报未报（待核）、已报未入库、台账有而登记无、两边不一致；抽查清单逐条答复；本办测算与上级通报并列。
    不写期间则取方案年度内最近一个有数据的月。
    """
    out = Output(form)
    if workbook is not None and list_name is None:
        raise RequestError("--workbook 写的是一份抽查清单的对照表，请用 --list 指明是哪一份。")
    found = checked_home(home, plan, period)
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        rows = [] if con is None else read_reconciliation(con, plan, period, unit, list_name)
        if con is not None and list_name is not None:
            rows = [row for row in rows if row["answers"]] or _refuse_list(con, plan, list_name)
            if workbook is not None:
                _write(con, rows[0], unit, workbook)
                out.say(f"已写 {workbook}。")
        nothing = NO_DATA if con is None else nothing_in(period)
    if out.is_json:
        out.document(rows)
    elif rows:
        for row in rows:
            _show(out, row, list_name)
    else:
        out.line(nothing)


def read_reconciliation(
    con: duckdb.DuckDBPyConnection,
    plan: str | None = None,
    period: str | None = None,
    unit: str | None = None,
    list_name: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of `citycredit reconcile`: one document per plan with its period, as-of day, counts
    by class, discrepancies, differing fields, coverage, lists with their answers, and official
    rates with what can explain a difference. `list_name`: answers of this list only, whatever its
    period."""
    rows = []
    for plan_id, latest in default_periods(con).items():
        if plan not in (None, plan_id):
            continue
        of = period or latest
        lists = read_lists(con, plan_id, None if list_name else of, unit)
        if list_name is not None:
            lists = lists.filter(pl.col("list_name") == list_name)
        answers = [read_answers(con, plan_id, name, unit).to_dicts() for name in lists["list_name"]]
        found = read_discrepancies(con, plan_id, of, unit)
        official = read_official(con, plan_id, of, unit)
        rows.append(
            {
                "plan": plan_id,
                "period": of,
                "as_of": _newest_received(con, plan_id),
                "counts": count_findings(found),
                "discrepancies": found.to_dicts(),
                "differences": read_differences(con, plan_id, of, unit).to_dicts(),
                "coverage": read_coverage(con, plan_id, of, unit).to_dicts(),
                "lists": lists.to_dicts(),
                "answers": [row for part in answers for row in part],
                "official": official.to_dicts(),
                "official_totals": official_totals(official).to_dicts(),
                "explanations": read_explanations(con, plan_id, of, unit).to_dicts(),
            }
        )
    return rows


def _newest_received(con: duckdb.DuckDBPyConnection, plan: str) -> Any:
    """The day up to which the data of the plan's place reach."""
    query = """
        select max(b.received_date)
        from meta.batches as b
        join ref.plans as p on b.place_id = p.place_id
        where p.plan_id = $plan
    """
    return con.sql(query, params={"plan": plan}).fetchall()[0][0]


def _refuse_list(con: duckdb.DuckDBPyConnection, plan: str | None, name: str) -> Any:
    plans = [plan] if plan else [*default_periods(con)]
    known = [n for plan_id in plans for n in read_lists(con, plan_id)["list_name"]]
    told = f"现有：{'、'.join(known)}。" if known else "还没有收到过抽查清单或网站比对。"
    raise RequestError(f"没有抽查清单“{name}”。{told}")


def _write(
    con: duckdb.DuckDBPyConnection, row: dict[str, Any], unit: str | None, target: Path
) -> None:
    plan = row["plan"]
    [(is_sample, closed)] = con.sql(
        """
        select p.is_sample, c.as_of
        from ref.plans as p
        left join meta.closed_plans as c on p.plan_id = c.plan_id
        where p.plan_id = $plan
        """,
        params={"plan": plan},
    ).fetchall()
    content = write_answer_sheet(
        read_answers(con, plan, row["answers"][0]["list_name"], unit),
        as_of=row["as_of"],
        is_sample=is_sample,
        standing=standing_words(closed),
    )
    files.write_atomically(target, content)


def _show(out: Output, row: dict[str, Any], list_name: str | None) -> None:
    where = f"{row['plan']} {row['period']}（数据截至 {row['as_of']}）"
    if list_name is not None:
        out.table(f"{list_name} 逐条对照 {where}", row["answers"], _ANSWERED)
        return
    told = "，".join(f"{FINDINGS[finding]} {count} 件" for finding, count in row["counts"].items())
    out.line(f"{where}：{told}。")
    found = [{**r, "word": FINDINGS[r["finding"]]} for r in row["discrepancies"]]
    differing = [{**r, "word": FIELDS[r["field"]]} for r in row["differences"]]
    official = [{**r, "word": RATES[r["metric_id"]]} for r in row["official"]]
    kinds: dict[str, int] = {}
    for record in row["explanations"]:
        kinds[record["kind"]] = kinds.get(record["kind"], 0) + 1
    for title, rows, columns in (
        ("对不上的决定", found, _FOUND),
        ("两边不一致的项目", differing, _DIFFERING),
        ("抽查清单（逐条对照用 --list）", row["lists"], _LISTS),
        ("本办测算与上级通报", official, _COMPARED),
    ):
        if rows:
            out.table(title, rows, columns)
    if kinds:
        words = "，".join(f"{EXPLANATIONS[kind]} {count} 条" for kind, count in kinds.items())
        out.line(f"可能说明差异的记录：{words}（逐条见 --format json）。")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(cls=ChineseCommand)(reconcile)
