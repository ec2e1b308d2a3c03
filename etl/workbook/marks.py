"""What is marked where: the findings of a check as cells with notes, and one line per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.check_result import (
    SEVERITY_WORDS,
    CheckResult,
    FileProblem,
    RuleNote,
    SheetLayout,
)
from etl.readers import column_index, column_letters
from etl.violations import Violation

NOTE_TITLE = "错误说明"
_RANKS = {severity: rank for rank, severity in enumerate(SEVERITY_WORDS)}
# Cells that did not come in as they were meant keep a file from going up; the rest is worth a look.
_ERROR_CODES = {"lost_digits", "ragged", "missing_header"}
# Excel takes 32,767 characters in a cell.
_LINE = 30_000
_NOTE = 1_500


@dataclass
class CellMark:
    """What is wrong with one cell: the worst severity, and every finding in a line of its own."""

    severity: str
    lines: list[str]

    @property
    def note(self) -> str:
        """The text of the note on the cell."""
        return shortened("\n".join(self.lines), _NOTE)


@dataclass(frozen=True)
class Finding:
    """One line of the list of problems. `column` is None where no cell of the file is meant."""

    severity: str
    rule: str
    title: str
    sheet: str
    row: int
    column: int | None
    header: str
    message: str


@dataclass
class SheetMarks:
    """The marks of one sheet. Rows as Excel shows them, columns 0-based."""

    layout: SheetLayout
    cells: dict[int, dict[int, CellMark]] = field(default_factory=dict)
    lines: dict[int, list[str]] = field(default_factory=dict)

    @property
    def note_column(self) -> int:
        """The column 错误说明: the one of an earlier marked copy, else the first free one."""
        given = (k for k, title, _ in self.layout.columns if title == NOTE_TITLE)
        return next(given, self.layout.width)

    @property
    def is_marked_before(self) -> bool:
        """Whether the file is a marked copy that came back."""
        return self.note_column < self.layout.width

    def text_of(self, row: int) -> str:
        """What stands in the column 错误说明 of a row."""
        return shortened(" ".join(self.lines.get(row, [])), _LINE)


def collect_marks(result: CheckResult) -> tuple[dict[str, SheetMarks], list[Finding]]:
    """The marks by sheet, and every finding: worst first, by rule, sheet and row."""
    marks = {layout.sheet: SheetMarks(layout) for layout in result.layouts}
    columns = {sheet: _first_columns(m.layout) for sheet, m in marks.items()}
    findings = []
    for violation in result.violations:
        column = columns[violation.sheet].get(violation.field or "")
        findings.append(_of_violation(violation, column, result.rule_notes))
    for problem in result.problems:
        if problem.row is not None and problem.sheet in marks:
            findings.append(_of_problem(problem, marks[problem.sheet].layout))
    findings.sort(key=lambda f: (_RANKS[f.severity], f.rule, f.sheet, f.row, f.column or 0))
    for finding in findings:
        _add(marks[finding.sheet], finding)
    return marks, findings


def _first_columns(layout: SheetLayout) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, _, name in layout.columns:
        if name is not None:
            columns.setdefault(name, index)
    return columns


def _of_violation(
    violation: Violation, column: int | None, notes: Mapping[str, RuleNote]
) -> Finding:
    return Finding(
        severity=violation.severity,
        rule=violation.rule,
        title=notes[violation.rule].title if violation.rule in notes else "",
        sheet=violation.sheet,
        row=violation.row,
        column=column,
        header=violation.column or "",
        message=violation.message,
    )


def _of_problem(problem: FileProblem, layout: SheetLayout) -> Finding:
    letters = "".join(c for c in problem.cell or "" if c.isalpha())
    return Finding(
        severity="error" if problem.code in _ERROR_CODES else "warning",
        rule="文件",
        title="",
        sheet=problem.sheet,
        row=problem.row or layout.header_row,
        column=column_index(letters) if letters else None,
        header=problem.column or "",
        message=problem.message,
    )


def _add(marks: SheetMarks, finding: Finding) -> None:
    word = SEVERITY_WORDS[finding.severity]
    is_header = finding.row == marks.layout.header_row
    column = marks.note_column if finding.column is None and is_header else finding.column
    if column is not None:
        cells = marks.cells.setdefault(finding.row, {})
        mark = cells.setdefault(column, CellMark(finding.severity, []))
        mark.severity = min(mark.severity, finding.severity, key=_RANKS.__getitem__)
        name = " ".join(filter(None, (finding.rule, finding.title)))
        mark.lines.append(f"【{word}】{name}：{finding.message}")
    if is_header:
        return  # its cell in the column holds the title
    where = finding.header
    if finding.column is not None and marks.layout.is_workbook:
        where = f"{column_letters(finding.column)}{finding.row} {finding.header}".strip()
    marks.lines.setdefault(finding.row, []).append(
        f"【{word} {finding.rule}】" + (f"{where}：" if where else "") + finding.message
    )


def shortened(text: str, length: int) -> str:
    """The text, cut where it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
