"""The sheet 问题清单: what was found, and a link to every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from etl.check_result import SEVERITY_WORDS, CheckResult
from etl.check_text import sentences
from etl.intake import LIST_TITLE
from etl.readers import column_letters
from etl.workbook.marks import Finding
from etl.workbook.sheet import clean_text, text_cell
from etl.workbook.splice import Write
from etl.workbook.styles import GROUNDS, Styles

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Excel takes no more links on one sheet.
_LINKS = 65_000
_LETTERS = "ABCDEF"
_ROWS = 1_048_000
_COLUMNS = (("序号", 8), ("位置", 22), ("性质", 10), ("规则", 26), ("列", 30), ("问题与改法", 90))


@dataclass(frozen=True)
class ListStyles:
    """The styles that the list uses."""

    title: int
    head: int
    text: int
    wrap: int
    link: int
    severity: dict[str, int]


def list_styles(styles: Styles) -> ListStyles:
    """Add the styles of the list."""
    return ListStyles(
        title=styles.add(bold=True, size=16),
        head=styles.add(bold=True, ground="FFE7ECF4"),
        text=styles.add(),
        wrap=styles.add(wrap=True),
        link=styles.add(link=True),
        severity={s: styles.add(ground=ground) for s, ground in GROUNDS.items()},
    )


def write_list(
    result: CheckResult,
    findings: Sequence[Finding],
    remarks: Sequence[str],
    names: dict[str, str],
    note_columns: dict[str, int],
    styles: ListStyles,
    write: Write,
) -> None:
    """The sheet: verdict, remarks, a line per finding. `names`: of the sheets in the copy."""
    lines = [
        result.verdict,
        *sentences(result),
        *(
            f"检查出错：{rule} 没有执行成功（{reason}），下面不含它的结果。这不是填报的错。"
            for rule, reason in result.rule_errors.items()
        ),
        *(f"【文件】{problem.message}" for problem in result.problems if problem.row is None),
        *remarks,
        "改完后在原单元格保存，直接用本工作簿再报即可；本表和“错误说明”列不必删除。",
    ]
    head_row = len(lines) + 3
    last = head_row + min(len(findings), _ROWS)
    write(
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{head_row}" topLeftCell="A{head_row + 1}" activePane="bottomLeft" '
        'state="frozen"/></sheetView></sheetViews><cols>'.encode()
    )
    for number, (_, width) in enumerate(_COLUMNS, start=1):
        write(b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (number, number, width))
    write(b"</cols><sheetData>")
    _write_row(
        write,
        1,
        [(f"{LIST_TITLE}（{_file_name(result)}，按方案 {result.plan} 检查）", styles.title)],
    )
    for row, line in enumerate(lines, start=2):
        _write_row(write, row, [(line, styles.text)])
    _write_row(write, head_row, [(title, styles.head) for title, _ in _COLUMNS])
    links: list[bytes] = []
    for number, finding in enumerate(findings[:_ROWS], start=1):
        row = head_row + number
        place, target = _place(finding, names, note_columns)
        has_link = number <= _LINKS
        _write_row(
            write,
            row,
            [
                (str(number), styles.text),
                (place, styles.link if has_link else styles.text),
                (SEVERITY_WORDS[finding.severity], styles.severity[finding.severity]),
                (f"{finding.rule} {finding.title}".strip(), styles.wrap),
                (finding.header, styles.wrap),
                (finding.message, styles.wrap),
            ],
        )
        if has_link:
            links.append(
                f'<hyperlink ref="B{row}" location={quoteattr(target)} '
                f"display={quoteattr(clean_text(place))}/>".encode()
            )
    write(b"</sheetData>")
    if findings:
        write(f'<autoFilter ref="A{head_row}:F{last}"/>'.encode())
    if links:
        write(b"<hyperlinks>" + b"".join(links) + b"</hyperlinks>")
    write(b"</worksheet>")


def _file_name(result: CheckResult) -> str:
    return result.file.replace("\\", "/").rpartition("/")[2]


def _place(
    finding: Finding, names: dict[str, str], note_columns: dict[str, int]
) -> tuple[str, str]:
    """What the link says and where it goes: without a cell of its own, to the row's 错误说明."""
    name = names[finding.sheet]
    column = finding.column if finding.column is not None else note_columns[finding.sheet]
    cell = f"{column_letters(column)}{finding.row}"
    shown = cell if finding.column is not None else f"第 {finding.row} 行"
    quoted = name.replace("'", "''")
    return f"{name} {shown}", f"'{quoted}'!{cell}"


def _write_row(write: Write, row: int, cells: Sequence[tuple[str, int]]) -> None:
    write(b'<row r="%d">' % row)
    for column, (text, style) in enumerate(cells):
        if text:
            write(text_cell(b"", f"{_LETTERS[column]}{row}", style, text))
    write(b"</row>")
