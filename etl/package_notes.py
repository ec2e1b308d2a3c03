"""What a package tells people: the list of rows held back, and the text beside the files."""

from __future__ import annotations

from typing import Any

import polars as pl

from etl.package_rows import PUBLIC, SUBMISSION
from expectations.rules import load_rules
from warehouse.contracts import Contract

SET_WORDS = {SUBMISSION: "报送集", PUBLIC: "公示集"}
_TITLES = {
    "set_name": "未列入", "file_name": "文件", "sheet_name": "工作表", "row_number": "行号",
    "batch_id": "批次", "unit": "单位", "document_no": "文书号", "party": "相对人",
    "rule_id": "规则", "field": "列", "reason": "原因", "remedy": "怎么改",
}  # fmt: skip


def withheld_table(contract: Contract, rows: pl.DataFrame, withheld: pl.DataFrame) -> pl.DataFrame:
    """One row per set, row and reason, all texts, with Chinese titles; persons are masked."""
    titles = {rule.id: rule.title for rule in load_rules()}
    columns = {column.field: column.title for column in contract.columns}
    told = withheld.join(rows, on="row_id", how="left", maintain_order="left").with_columns(
        pl.col("set_name").replace(SET_WORDS),
        pl.col("reason").replace(titles),
        pl.col("field").replace(columns),
    )
    return told.select(
        pl.col(name).cast(pl.Utf8).fill_null("").alias(title) for name, title in _TITLES.items()
    )


def explain(manifest: dict[str, Any]) -> str:
    """The text of 说明.txt."""
    m = manifest
    left, withheld = m["left_out"], m["withheld"]
    lines = [
        f"{m['ledger_title']}报送包",
        *([m["sample_mark"]] if m["is_sample"] else []),
        "",
        f"方案：{m['plan']} {m['plan_title']}",
        f"期间：{m['period']}　标准：{m['standard_title']}　截至日：{m['as_of']}",
        f"数据版本：{m['version']}　规则集：{m['rule_set']}　合约：{m['contract_version']}",
        "",
    ]
    if not m["current_rows"]:
        lines += ["本期没有可列的行，各表只有表头。", ""]
    for name, told in m["sets"].items():
        lines.append(f"{SET_WORDS[name]}：{told['rows']} 行")
        lines += [f"  {f['name']}　sha256 {f['sha256']}" for f in told["files"]]
        lines.append(_USES[name])
    lines += [
        "",
        f"未列入报送集：{withheld['rows']} 行，逐行原因和改法见 withheld。",
        *(
            [f"只未列入公示集：{withheld['public_only_rows']} 行，原因同见 withheld。"]
            if PUBLIC in m["sets"]
            else []
        ),
        f"不再单列：重复报送 {left['repeats']} 行、被更正的旧版本 {left['older_versions']} 行、"
        f"被整份替换 {left['replaced']} 行。",
    ]
    if m["already_stored"]:
        lines.append(
            f"其中 {m['already_stored']} 行上级平台回执已入库"
            + ("，本包不含。" if m["only_new"] else "；只要未入库的，导出时加 --new。")
        )
    if m["batches_not_admitted"]:
        lines.append(
            f"另有 {len(m['batches_not_admitted'])} 个批次未发布，其行不在本包："
            f"{'、'.join(m['batches_not_admitted'])}。"
        )
    lines += [
        "",
        "日期写作 YYYY/MM/DD，代码为规范形，空值留空；其余文字照原样。xlsx 各格均为文本。",
        "CSV 中以 = + - @ 开头的文字前加英文单引号，防止被当作公式执行；本系统收回时自动去掉。",
        "各文件以 sha256 为准，改动后请勿再用本说明。",
    ]
    return "\n".join(lines) + "\n"


_USES = {
    SUBMISSION: "  含个人信息原值，只用于向上级平台报送，不得上网、不得转发，用后删除。"
    "导出已记入日志账。",
    PUBLIC: "  个人信息已脱敏；自然人、未成年人、仅警告或通报批评、疑似简易程序、"
    "已撤销、已失效、已修复、期限已过的不在内。上网前请二人复核。",
}
