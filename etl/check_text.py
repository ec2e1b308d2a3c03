"""What a check found in words: the same sentences in the command, on the page, in the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl.check_result import SEVERITY_WORDS, CheckResult, SheetResult
from etl.violations import Violation
from warehouse.contracts import load_contracts

BASIS_WORDS = {"receipt": "平台回执", "column": "台账上报时间", "received": "收件日期"}
_KIND_WORDS = {"workday": "个工作日", "natural": "个自然日"}
_SHOWN_PLACES = 8


def to_text(result: CheckResult, with_values: bool = False) -> str:
    """The file, the verdict, then what is wrong, rule by rule, worst first."""
    return "\n".join(_lines(result, with_values))


def sentences(result: CheckResult) -> list[str]:
    """What stands behind the verdict: what was recognised, compliance, lateness, in that order."""
    told = [sheet_sentence(sheet) for sheet in result.sheets]
    return [*told, *filter(None, (compliance_sentence(result), lateness_sentence(result)))]


def sheet_sentence(sheet: SheetResult) -> str:
    """Which ledger a sheet is taken for, in which layout, from which row on."""
    name = f"工作表“{sheet.sheet}”" if sheet.sheet else "本文件"
    if sheet.skipped_reason or sheet.ledger is None:
        return f"{name}未检查：{sheet.skipped_reason}。"
    contract = load_contracts()[sheet.ledger]
    standard = next(s.title for s in contract.standards if s.id == sheet.standard)
    return (
        f"{name}认作“{contract.title}”（{standard}），表头在第 {sheet.header_row} 行："
        f"{sheet.rows} 行，合规 {sheet.compliant_rows} 行。"
    )


def compliance_sentence(result: CheckResult) -> str | None:
    """The rate of compliance now and when what can be mended is mended."""
    if result.compliance is None:
        return None
    now = f"合规率 {_percent(result.compliance)}（{result.compliant_rows}/{result.rows}）"
    after = result.mending
    if after is None or not result.wrong_rows or after.compliance is None:
        return f"{now}。"
    parts = []
    if after.removed_rows:
        parts.append(f"删去重复的 {after.removed_rows} 行")
    if after.stuck_rows:
        parts.append(f"{after.stuck_rows} 行部门自己改不了")
    told = f"，其中{'，'.join(parts)}" if parts else ""
    then = f"{_percent(after.compliance)}（{after.compliant_rows}/{after.rows}{told}）"
    return f"{now}，能改的都改好后 {then}。"


def lateness_sentence(result: CheckResult) -> str | None:
    """How many rows are late, by which limit, counted from when, by which report time."""
    owing = [s for s in result.sheets if s.judged_rows or s.undetermined_rows]
    if not owing:
        return None
    if not result.judged_rows:
        return "及时性：没有一行可判定（决定日期缺失、有误，或期限落在日历未公布的年份）。"
    limits = "、".join(f"{limit.days} {_KIND_WORDS[limit.kind]}" for limit in result.limits)
    times = "，".join(
        f"{BASIS_WORDS[name]}"
        + (f" {result.received}" if name == "received" else "")
        + f" {rows} 行"
        for name, rows in result.basis.items()
        if rows
    )
    rest = sum(s.undetermined_rows for s in result.sheets)
    return (
        f"及时性：可判定 {result.judged_rows} 行，迟报 {result.late_rows} 行"
        + (f"，另 {rest} 行无法判定" if rest else "")
        + f"。期限为作出决定后 {limits}内，自决定次日起算；上报时间取自{times}。"
        + ("迟报已成事实，改不回来，不要改动日期。" if result.late_rows else "")
        + (
            "按收件日期算的，若当时已报上平台，补上“上报时间”列或平台回执后会重新判定。"
            if result.late_rows and result.basis["received"]
            else ""
        )
    )


def place_of(violation: Violation) -> str:
    """`Sheet1 C17“列名”`; in a CSV `第 17 行“列名”`."""
    sheet = f"{violation.sheet} " if violation.sheet else ""
    where = violation.cell or f"第 {violation.row} 行"
    return f"{sheet}{where}" + (f"“{violation.column}”" if violation.column else "")


def summary_line(result: CheckResult) -> str:
    """One file among several: name and verdict."""
    return f"{result.file}：{result.verdict}"


def _percent(rate: float) -> str:
    # Never rounded up to 100.
    return "100%" if rate == 1 else f"{min(rate * 100, 99.99):.2f}".rstrip("0").rstrip(".") + "%"


def _lines(result: CheckResult, with_values: bool) -> Iterator[str]:
    yield f"文件：{result.file}"
    yield result.verdict
    yield from sentences(result)
    for problem in result.problems:
        yield f"【文件】{problem.message}"
    for rule, reason in result.rule_errors.items():
        yield f"【检查出错】{rule} {_title(result, rule)}：{reason}"
    for group in result.groups:
        name = f"{group.rule} {group.note.title}"
        yield f"【{SEVERITY_WORDS[group.severity]}】{name}（{group.rows} 行）"
        if group.note.mend:
            yield f"    改法：{group.note.mend}"
        yield from _places(group.violations, with_values)


def _places(violations: Sequence[Violation], with_values: bool) -> Iterator[str]:
    for violation in violations[:_SHOWN_PLACES]:
        value = f"（原值：{violation.value}）" if with_values and violation.value else ""
        yield f"    {place_of(violation)}：{violation.message}{value}"
    if len(violations) > _SHOWN_PLACES:
        yield f"    …… 另有 {len(violations) - _SHOWN_PLACES} 处，见 --format json 或 --workbook"


def _title(result: CheckResult, rule: str) -> str:
    note = result.rule_notes.get(rule)
    return note.title if note else ""
