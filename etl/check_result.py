"""What a check found, and the JSON document of `citycredit check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import polars as pl

from etl.check_trace import Trace
from etl.readers.model import shown_name
from etl.violations import Violations
from expectations.rules import declared_version

SEVERITY_WORDS = {"error": "错误", "concealed": "应报未报", "late": "迟报", "warning": "提示"}
"""Worst first."""
_RANKS = {severity: rank for rank, severity in enumerate(SEVERITY_WORDS)}
# Cells that did not come in as they were meant: nobody can vouch for such a file.
LOSSES = frozenset({"lost_digits", "ragged"})

Grade = Literal["可报", "修改后可报", "不可报", "检查出错"]


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
class FileProblem:
    """Something about the file rather than its data."""

    sheet: str
    code: str
    message: str
    row: int | None
    column: str | None
    cell: str | None


@dataclass(frozen=True)
class SheetLayout:
    """Where the columns of a checked sheet stand: (0-based column, header, field or None)."""

    sheet: str
    header_row: int
    columns: tuple[tuple[int, str, str | None], ...]
    width: int
    is_workbook: bool


@dataclass(frozen=True)
class RuleNote:
    """What a rule is about: its title, what it finds, how that is mended, on what basis."""

    title: str
    finds: str
    mend: str
    basis: str


@dataclass(frozen=True)
class Mending:
    """What becomes of the rows when every error that can be mended is mended.

    `removed_rows` are mended by leaving them out (a second copy), `stuck_rows` cannot be mended by
    the department. Late rows stay late: mending makes nothing timely.
    """

    removed_rows: int
    stuck_rows: int
    rows: int
    compliant_rows: int

    @property
    def compliance(self) -> float | None:
        """The rate of compliant rows afterwards, 0–1; None where no row is left."""
        return self.compliant_rows / self.rows if self.rows else None


@dataclass(frozen=True)
class Limit:
    """A limit that rows of the file are judged by: so many days after the decision."""

    days: int
    kind: str
    rows: int


@dataclass(frozen=True)
class RuleGroup:
    """The findings of one rule and severity, in the order of the sheets."""

    rule: str
    severity: str
    note: RuleNote
    rows: int
    violations: Violations


@dataclass(frozen=True)
class CheckResult:
    """The result of checking one file. `rule_errors`: rule id → why it crashed.

    `records`: one line per checked row with what tells it from others (`etl.rounds`); it holds
    no value of a person in the clear. `trace`: whose rows they are, where it was asked.
    """

    file: str
    plan: str
    received: str
    rule_set: str
    sheets: tuple[SheetResult, ...]
    rules: tuple[RuleResult, ...]
    violations: Violations
    problems: tuple[FileProblem, ...]
    rule_errors: dict[str, str] = field(default_factory=dict)
    rule_notes: Mapping[str, RuleNote] = field(default_factory=dict)
    layouts: tuple[SheetLayout, ...] = ()
    mending: Mending | None = None
    limits: tuple[Limit, ...] = ()
    is_sample: bool = False
    records: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    trace: Trace | None = None

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
        if not self.rows or self.lost:
            return 1
        return 1 if (self.violations.frame["severity"] != "warning").any() else 0

    @property
    def lost(self) -> list[FileProblem]:
        """Cells that did not come in as they were meant."""
        return [problem for problem in self.problems if problem.code in LOSSES]

    @property
    def wrong_rows(self) -> int:
        """Rows with at least one error."""
        return self.rows - self.compliant_rows

    @property
    def hint_rows(self) -> int:
        """Rows with at least one hint."""
        return self.violations.of(severity="warning").rows

    @property
    def grade(self) -> Grade:
        """可报, 修改后可报 or 不可报; 检查出错 where a rule crashed and nothing can be said."""
        if self.exit_code == 3:
            return "检查出错"
        if self._lacks_columns or not self.rows or self.wrong_rows == self.rows:
            return "不可报"
        return "修改后可报" if self.wrong_rows or self.lost else "可报"

    @property
    def verdict(self) -> str:
        """One short sentence: may this file go up?"""
        late = f"另有 {self.late_rows} 行迟报，照实报送。" if self.late_rows else ""
        return f"{self.grade}：{self._reason()}" + (late if self.rows else "")

    def _reason(self) -> str:
        if self.exit_code == 3:
            return "有规则没有执行成功，暂不能下结论。请联系系统管理员。"
        if self._lacks_columns:
            return "表头缺少必填列，请换用下发的模板。"
        if not self.rows:
            return "没有数据，表头之下没有一行可报送。"
        if self.wrong_rows == self.rows:
            return f"{self.rows} 行全部有错误，请改正后重新检查。"
        if self.wrong_rows:
            return f"{self.rows} 行中 {self.wrong_rows} 行有错误，请改正后重新检查。"
        if self.lost:
            return "有单元格丢了位数或错了列，见【文件】，请改正后重新检查。"
        return f"{self.rows} 行没有错误。"

    @property
    def _lacks_columns(self) -> bool:
        errors = self.violations.of(severity="error")
        return errors.frame["field"].null_count() > 0

    @property
    def compliance(self) -> float | None:
        """The rate of rows without an error, 0–1; None without rows."""
        return self.compliant_rows / self.rows if self.rows else None

    @property
    def timeliness(self) -> float | None:
        """The rate of judged rows in time, 0–1; None where none can be judged."""
        on_time = self.judged_rows - self.late_rows
        return on_time / self.judged_rows if self.judged_rows else None

    @property
    def basis(self) -> dict[str, int]:
        """How many judged rows took their report time from where."""
        total = {"receipt": 0, "column": 0, "received": 0}
        for sheet in self.sheets:
            for name, rows in sheet.timeliness_basis.items():
                total[name] += rows
        return total

    @cached_property
    def groups(self) -> tuple[RuleGroup, ...]:
        """The findings by rule, worst severity first, then the rules that hit most rows."""
        groups = (
            RuleGroup(
                rule=rule,
                severity=severity,
                note=self.rule_notes.get(rule, RuleNote("", "", "", "")),
                rows=violations.rows,
                violations=violations,
            )
            for severity, rule, violations in self.violations.by_rule()
        )
        return tuple(sorted(groups, key=lambda g: (_RANKS[g.severity], -g.rows, g.rule)))

    def to_json(self) -> dict[str, Any]:
        """The document of `citycredit check --format json`."""
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
            "rates": {"compliance": self.compliance, "timeliness": self.timeliness},
            "rules": [vars(rule).copy() for rule in self.rules],
            "violations": self.violations.to_dicts(),
            "problems": [vars(problem).copy() for problem in self.problems],
            "grade": self.grade if self.sheets else None,
            "verdict": self.verdict if self.sheets else None,
            "after_mending": None
            if self.mending is None
            else {**asdict(self.mending), "compliance": self.mending.compliance},
            "limits": [asdict(limit) for limit in self.limits],
            "rule_errors": dict(self.rule_errors),
        }


def unreadable(path: Path, plan: str, received: date, reason: str) -> CheckResult:
    """The document for a file that could not be read: no sheets, and why."""
    return CheckResult(
        file=shown_name(str(path)),
        plan=plan,
        received=received.isoformat(),
        rule_set=declared_version(),
        sheets=(),
        rules=(),
        violations=Violations(),
        problems=(FileProblem("", "unreadable", reason, None, None, None),),
    )
