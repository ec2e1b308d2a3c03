"""What a check found: the JSON document of `citycredit check` and its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from expectations.rules import declared_version

_SHOWN_PLACES = 8
_SEVERITY_WORDS = {"error": "错误", "late": "迟报", "concealed": "应报未报", "warning": "提示"}
_SEVERITY_ORDER = list(_SEVERITY_WORDS)
_LOSSES = {"lost_digits", "ragged"}


@dataclass(frozen=True)
class SheetResult:
    """One sheet: how many of its rows have no error, and how timely they are.

    `judged_rows` have a decision date that a limit can be counted from; `timeliness_basis` counts
    them by where their report time came from. A skipped sheet has its reason and zeros.
    """

    sheet: str
    ledger: str | None = None
    standard: str | None = None
    header_row: int | None = None
    rows: int = 0
    compliant_rows: int = 0
    judged_rows: int = 0
    late_rows: int = 0
    undetermined_rows: int = 0
    timeliness_basis: dict[str, int] = field(
        default_factory=lambda: {"receipt": 0, "column": 0, "received": 0}
    )
    skipped_reason: str | None = None


@dataclass(frozen=True)
class RuleResult:
    """One rule on one ledger of the file."""

    rule: str
    ledger: str
    severity: str
    status: Literal["passed", "failed", "errored", "not_applicable"]
    checked: int
    failed: int


@dataclass(frozen=True)
class Violation:
    """One cell (or, for a rule about the header, the header row) that violates a rule."""

    rule: str
    ledger: str
    severity: str
    sheet: str
    row: int
    column: str | None
    field: str | None
    cell: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class FileProblem:
    """Something about the file rather than its data."""

    sheet: str
    code: str
    message: str
    row: int | None
    column: str | None
    cell: str | None


@dataclass(frozen=True)
class CheckResult:
    """The result of checking one file. `rule_errors`: rule id → why it crashed."""

    file: str
    plan: str
    received: str
    rule_set: str
    sheets: tuple[SheetResult, ...]
    rules: tuple[RuleResult, ...]
    violations: tuple[Violation, ...]
    problems: tuple[FileProblem, ...]
    rule_titles: dict[str, str] = field(default_factory=dict)
    rule_errors: dict[str, str] = field(default_factory=dict)

    @property
    def ledger(self) -> str | None:
        """The ledger of the file; None when its sheets differ."""
        found = {s.ledger for s in self.sheets if s.ledger}
        return found.pop() if len(found) == 1 else None

    @property
    def rows(self) -> int:
        return sum(s.rows for s in self.sheets)

    @property
    def compliant_rows(self) -> int:
        return sum(s.compliant_rows for s in self.sheets)

    @property
    def judged_rows(self) -> int:
        return sum(s.judged_rows for s in self.sheets)

    @property
    def late_rows(self) -> int:
        return sum(s.late_rows for s in self.sheets)

    @property
    def exit_code(self) -> int:
        """0 fine, 1 errors, late rows, lost cells or no rows, 3 a rule crashed.

        (2, an unreadable file, has no such result: `check_file` raises UnreadableFile.)
        """
        if any(rule.status == "errored" for rule in self.rules):
            return 3
        if not self.rows or self._lost:
            return 1
        return 1 if any(v.severity != "warning" for v in self.violations) else 0

    @property
    def _lost(self) -> list[FileProblem]:
        """Cells that did not come in as they were meant: nobody can vouch for such a file."""
        return [problem for problem in self.problems if problem.code in _LOSSES]

    @property
    def verdict(self) -> str:
        """One short sentence: may this file go up?"""
        if self.exit_code == 3:
            return "检查出错：有规则没有执行成功，暂不能下结论。请联系系统管理员。"
        if any(v.field is None and v.severity == "error" for v in self.violations):
            return "不可报：表头缺少必填列，请换用下发的模板。"
        wrong = self.rows - self.compliant_rows
        if not self.rows:
            return "没有数据：表头之下没有一行数据，无可报送。"
        late = f"另有 {self.late_rows} 行迟报，照实报送。" if self.late_rows else ""
        if wrong and wrong == self.rows:
            return f"不可报：{self.rows} 行全部有错误，请改正后重新检查。{late}"
        if wrong:
            return f"修改后可报：{self.rows} 行中 {wrong} 行有错误，请改正后重新检查。{late}"
        if self._lost:
            return f"修改后可报：有单元格丢了位数或错了列，见【文件】，请改正后重新检查。{late}"
        return f"可报：{self.rows} 行没有错误。{late}"

    def to_json(self) -> dict[str, Any]:
        """The document of `citycredit check --format json`."""
        on_time = self.judged_rows - self.late_rows
        return {
            "file": self.file,
            "plan": self.plan,
            "received": self.received,
            "ledger": self.ledger,
            "rule_set": self.rule_set,
            "sheets": [asdict(sheet) for sheet in self.sheets],
            "rows": self.rows,
            "compliant_rows": self.compliant_rows,
            "judged_rows": self.judged_rows,
            "late_rows": self.late_rows,
            "rates": {
                "compliance": self.compliant_rows / self.rows if self.rows else None,
                "timeliness": on_time / self.judged_rows if self.judged_rows else None,
            },
            "rules": [vars(rule).copy() for rule in self.rules],
            "violations": [vars(violation).copy() for violation in self.violations],
            "problems": [vars(problem).copy() for problem in self.problems],
        }

    def to_text(self, with_values: bool = False) -> str:
        """The file, the verdict, then what is wrong, rule by rule, worst first."""
        return "\n".join(self._lines(with_values))

    def _lines(self, with_values: bool) -> Iterator[str]:
        yield f"文件：{self.file}"
        yield self.verdict
        for sheet in self.sheets:
            name = f"工作表“{sheet.sheet}”" if sheet.sheet else "本文件"
            if sheet.skipped_reason:
                yield f"{name}未检查：{sheet.skipped_reason}"
            else:
                yield (
                    f"{name}：{sheet.rows} 行，合规 {sheet.compliant_rows} 行"
                    + (
                        f"；可判定按期 {sheet.judged_rows} 行，迟报 {sheet.late_rows} 行"
                        if sheet.judged_rows
                        else ""
                    )
                )
        for problem in self.problems:
            yield f"【文件】{problem.message}"
        for rule_id, reason in self.rule_errors.items():
            yield f"【检查出错】{rule_id} {self.rule_titles.get(rule_id, '')}：{reason}"
        ordered = sorted(self.violations, key=lambda v: (_SEVERITY_ORDER.index(v.severity), v.rule))
        for (severity, rule_id), group in groupby(ordered, key=lambda v: (v.severity, v.rule)):
            found = list(group)
            rows = {(v.sheet, v.row) for v in found}
            yield (
                f"【{_SEVERITY_WORDS[severity]}】{rule_id} {self.rule_titles.get(rule_id, '')}"
                f"（{len(rows)} 行）"
            )
            for violation in found[:_SHOWN_PLACES]:
                value = f"（原值：{violation.value}）" if with_values and violation.value else ""
                yield f"    {_place(violation)}：{violation.message}{value}"
            if len(found) > _SHOWN_PLACES:
                yield f"    …… 另有 {len(found) - _SHOWN_PLACES} 处，见 --format json"


def _place(violation: Violation) -> str:
    sheet = f"{violation.sheet} " if violation.sheet else ""
    where = violation.cell or f"第 {violation.row} 行"
    return f"{sheet}{where}" + (f"“{violation.column}”" if violation.column else "")


def unreadable(path: Path, plan: str, received: date, reason: str) -> CheckResult:
    """The document for a file that could not be read: no sheets, and why."""
    return CheckResult(
        file=str(path),
        plan=plan,
        received=received.isoformat(),
        rule_set=declared_version(),
        sheets=(),
        rules=(),
        violations=(),
        problems=(FileProblem("", "unreadable", reason, None, None, None),),
    )
