"""How departments lay their tables out: headers, their variants, title rows, dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .model import PERMIT, Fault, Merge, Row, Sheet

Columns = Sequence[tuple[str, str]]

_PARTY: Columns = [
    ("counterparty_name", "行政相对人名称"),
    ("counterparty_category", "行政相对人类别"),
    ("uscc", "行政相对人代码_1(统一社会信用代码)"),
    ("reg_no", "行政相对人代码_2(工商注册号)"),
    ("org_code", "行政相对人代码_3(组织机构代码)"),
    ("tax_no", "行政相对人代码_4(税务登记号)"),
    ("institution_no", "行政相对人代码_5(事业单位证书号)"),
    ("social_org_no", "行政相对人代码_6(社会组织登记证号)"),
    ("legal_rep", "法定代表人"),
    ("legal_rep_id_type", "法定代表人证件类型"),
    ("legal_rep_id_no", "法定代表人证件号码"),
    ("id_type", "证件类型"),
    ("id_no", "证件号码"),
]
_PERMIT: Columns = [
    ("document_name", "行政许可决定文书名称"),
    ("document_no", "行政许可决定文书号"),
    ("permit_category", "许可类别"),
    ("certificate_name", "许可证书名称"),
    ("permit_no", "许可编号"),
    ("content", "许可内容"),
    ("decision_date", "许可决定日期"),
    ("valid_from", "有效期自"),
    ("valid_to", "有效期至"),
    ("authority_name", "许可机关"),
    ("authority_uscc", "许可机关统一社会信用代码"),
    ("status", "当前状态"),
    ("source_unit_name", "数据来源单位"),
    ("source_unit_uscc", "数据来源单位统一社会信用代码"),
    ("remark", "备注"),
]
_PENALTY: Columns = [
    ("document_no", "行政处罚决定书文号"),
    ("violation_type", "违法行为类型"),
    ("violation_facts", "违法事实"),
    ("penalty_basis", "处罚依据"),
    ("penalty_category", "处罚类别"),
    ("penalty_content", "处罚内容"),
    ("fine_wan_yuan", "罚款金额(万元)"),
    ("confiscation_wan_yuan", "没收违法所得、没收非法财物的金额(万元)"),
    ("revoked_certificate", "暂扣或吊销证照名称及编号"),
    ("decision_date", "处罚决定日期"),
    ("valid_to", "处罚有效期"),
    ("publicity_until", "公示截止期"),
    ("authority_name", "处罚机关"),
    ("authority_uscc", "处罚机关统一社会信用代码"),
    ("source_unit_name", "数据来源单位"),
    ("source_unit_uscc", "数据来源单位统一社会信用代码"),
    ("remark", "备注"),
]
EXTENSIONS = {
    "entered_at": "录入时间",
    "reported_at": "上报时间",
    "stored_at": "入库时间",
    "published_at": "公示时间",
}
PERMIT_2016: Columns = [
    ("document_no", "行政许可决定书文号"),
    ("project_name", "项目名称"),
    ("permit_category", "审批类别"),
    ("content", "许可内容"),
    ("counterparty_name", "行政相对人名称"),
    ("uscc", "行政相对人代码_1(统一社会信用代码)"),
    ("org_code", "行政相对人代码_2(组织机构代码)"),
    ("reg_no", "行政相对人代码_3(工商登记码)"),
    ("tax_no", "行政相对人代码_4(税务登记号)"),
    ("id_no", "行政相对人代码_5(居民身份证号)"),
    ("legal_rep", "法定代表人姓名"),
    ("decision_date", "许可决定日期"),
    ("valid_to", "许可截止期"),
    ("authority_name", "许可机关"),
    ("status", "当前状态"),
    ("place_code", "地方编码"),
    ("updated_at", "数据更新时间戳"),
    ("remark", "备注"),
    ("reported_at", "上报时间"),
]
REGISTER: Columns = [
    ("decision_type", "行政决定类型(行政许可/行政处罚)"),
    ("document_no", "决定文书号"),
    ("counterparty_name", "行政相对人名称"),
    ("uscc", "行政相对人代码_1(统一社会信用代码)"),
    ("id_no", "证件号码"),
    ("decision_date", "决定日期"),
    ("authority_name", "决定机关"),
    ("authority_uscc", "决定机关统一社会信用代码"),
    ("register_source", "登记来源"),
    ("source_doc_no", "来源文号"),
    ("status", "状态(有效/撤销/依法不报送)"),
    ("status_date", "状态日期"),
    ("exemption_basis", "不报送依据"),
    ("remark", "备注"),
]
RECEIPT: Columns = [
    ("decision_type", "行政决定类型"),
    ("document_no", "决定文书号"),
    ("counterparty_name", "行政相对人名称"),
    ("uscc", "行政相对人代码_1(统一社会信用代码)"),
    ("id_no", "证件号码"),
    ("authority_name", "决定机关"),
    ("authority_uscc", "决定机关统一社会信用代码"),
    ("reported_at", "上报时间"),
    ("result", "处理结果(入库/退回)"),
    ("stored_at", "入库时间"),
    ("return_reason", "退回原因"),
    ("remark", "备注"),
]
SUBMISSION: Columns = [
    ("duty_id", "义务编号"),
    ("unit_name", "报送单位"),
    ("unit_uscc", "报送单位统一社会信用代码"),
    ("period", "所属期"),
    ("submission_type", "报送类型(报送/零报送/无此类事项)"),
    ("submitted_date", "报送日期"),
    ("remark", "备注"),
]
TASK_STATUS: Columns = [
    ("task_id", "任务编号"),
    ("unit_name", "责任单位"),
    ("report_date", "填报日期"),
    ("status", "状态(未开始/进行中/已完成/延期)"),
    ("progress_pct", "进度(%)"),
    ("completed_date", "完成日期"),
    ("extension_doc_no", "延期批准文号"),
    ("evidence", "佐证材料"),
    ("remark", "备注"),
]
# The group that stands above a column where a department merges its headers over two rows.
GROUPS = ("行政相对人信息", "决定信息", "机关信息", "时间信息")


@dataclass(frozen=True)
class Layout:
    """How one department draws one table."""

    extensions: tuple[str, ...] = ()
    early: bool = False  # one column 法定代表人身份证号 instead of document type and number
    old: bool = False  # the 2016 layout
    title: str = ""
    unit_line: str = ""
    two_rows: bool = False
    leading_blank: bool = False
    serial: bool = False
    dates: str = "slash"
    filler: str | None = None  # what stands in optional cells without content
    without: str = ""  # a column that the department forgot
    renamed: tuple[tuple[str, str], ...] = ()  # headers in the department's own words
    blank_row_after: int = 0  # a blank row in the middle, after so many rows


def columns(ledger: str, layout: Layout) -> list[tuple[str, str]]:
    """Fields and headers of a permit or penalty table."""
    if layout.old:
        return list(PERMIT_2016)
    found = [*_PARTY, *(_PERMIT if ledger == PERMIT else _PENALTY)]
    if layout.early:
        found = [
            (f, "法定代表人身份证号" if f == "legal_rep_id_no" else header)
            for f, header in found
            if f != "legal_rep_id_type"
        ]
    found += [(name, EXTENSIONS[name]) for name in layout.extensions]
    own_words = dict(layout.renamed)
    return [(f, own_words.get(f, header)) for f, header in found if f != layout.without]


def text_of(value: Any, dates: str) -> Any:
    """A cell: text, or a native date or number where the sheet keeps those."""
    if isinstance(value, datetime):
        return value if dates == "excel" else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        if dates == "excel":
            return value
        if dates == "dot":
            return f"{value.year}.{value.month}.{value.day}"
        if dates == "cn":
            return f"{value.year}年{value.month}月{value.day}日"
        return value.strftime("%Y-%m-%d" if dates == "dash" else "%Y/%m/%d")
    return value


def build_sheet(name: str, fields: Columns, rows: list[Row], layout: Layout) -> Sheet:
    """The grid of one table; its rows with the numbers that Excel will show."""
    head: list[list[Any]] = []
    merges: list[Merge] = []
    shift = int(layout.leading_blank) + int(layout.serial)
    width = shift + len(fields)
    if layout.title:
        head.append([None] * int(layout.leading_blank) + [layout.title])
        merges.append((0, int(layout.leading_blank), 0, width - 1))
    if layout.unit_line:
        head.append([None] * int(layout.leading_blank) + [f"填报单位：{layout.unit_line}"])
    lead = [None] * int(layout.leading_blank)
    headers = [*lead, *(["序号"] if layout.serial else []), *(header for _, header in fields)]
    if layout.two_rows:
        head += _two_header_rows(headers, fields, shift, len(head), merges)
    else:
        head.append(headers)
    sheet = Sheet(name, head, merges=merges)
    for serial, row in enumerate(rows, start=1):
        if layout.blank_row_after and serial == layout.blank_row_after + 1:
            sheet.grid.append([])
        cells = [_cell(row, f, layout) for f, _ in fields]
        sheet.grid.append([*lead, *([serial] if layout.serial else []), *cells])
        number = len(sheet.grid)
        sheet.rows.append((number, row))
        if row.hidden:
            sheet.hidden.add(number)
    return sheet


def _cell(row: Row, field: str, layout: Layout) -> Any:
    value = row.values.get(field)
    optional = ("tax_no", "institution_no", "social_org_no", "remark", "revoked_certificate")
    if value is None and layout.filler and field in optional:
        # A filler where a mistake is planted would change what the reader sees there.
        return None if any(f.field == field for f in row.faults) else layout.filler
    return text_of(value, layout.dates)


def _two_header_rows(
    headers: list[Any],
    fields: Columns,
    shift: int,
    top: int,
    merges: list[Merge],
) -> list[list[Any]]:
    """Group names merged over the headers; headers without a group are merged downward."""
    upper: list[Any] = [None] * len(headers)
    lower: list[Any] = list(headers)
    spans: dict[str, list[int]] = {}
    for k, (field, _) in enumerate(fields, start=shift):
        if group := _group_of(field):
            spans.setdefault(group, []).append(k)
        else:
            upper[k], lower[k] = headers[k], None
            merges.append((top, k, top + 1, k))
    for k in range(shift):
        upper[k], lower[k] = headers[k], None
    for group, at in spans.items():
        upper[at[0]] = group
        merges.append((top, at[0], top, at[-1]))
    return [upper, lower]


def _group_of(field: str) -> str | None:
    if field in {f for f, _ in _PARTY}:
        return GROUPS[0]
    if field in ("authority_name", "authority_uscc"):
        return GROUPS[2]
    if field in EXTENSIONS:
        return GROUPS[3]
    if field in ("status", "source_unit_name", "source_unit_uscc", "remark"):
        return None
    return GROUPS[1]


def missing_column(field: str, header: str) -> Fault:
    return Fault("G01", field, f"表里没有“{header}”一列")
