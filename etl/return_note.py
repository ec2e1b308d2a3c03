"""The note that goes back with a file: what is wrong in how many rows, how to mend it, by when.

Only titles of rules, counts and days: no value of a row stands in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from etl.check_result import CheckResult, RuleGroup
from etl.check_trace import Answer, Obligation
from warehouse.contracts import load_contracts
from warehouse.marks import SAMPLE_MARK
from warehouse.plans import Plan
from warehouse.returns import Return

_GREETED = "报送单位"


def return_note(
    told: Return,
    plan: Plan,
    *,
    unit: str | None = None,
    result: CheckResult | None = None,
    unreadable: str = "",
    answered: Collection[Obligation] = (),
    is_sample: bool = False,
) -> str:
    """The note for a file given back. `unit`: its name; `unreadable`: why it could not be read,
    where there is no `result`; `answered`: the obligations that were answered before."""
    answers = result.trace.answers if result is not None and result.trace is not None else ()
    dues = list(_due_lines(answers, told, answered))
    lines = _lines(told, plan, unit or _GREETED, result, unreadable, dues)
    return "\n".join([*([f"【{SAMPLE_MARK}】"] if is_sample else []), *lines]) + "\n"


def _lines(
    told: Return,
    plan: Plan,
    unit: str,
    result: CheckResult | None,
    unreadable: str,
    dues: Sequence[str],
) -> Iterator[str]:
    yield "退回函" + (f"（{told.return_id}）" if told.return_id else "")
    yield ""
    yield f"{unit}："
    yield (
        f"你单位 {_day(told.returned_date)}报送的“{told.file_name}”{_what(told)}"
        "经检查需要修改，现退回；本次未收入，不计入报送。"
    )
    yield ""
    yield "一、退回理由"
    yield told.reason
    yield ""
    yield "二、问题与改法"
    problems = list(_problems(result, unreadable))
    yield from problems or ["检查没有发现不可报的行，请按退回理由修改。"]
    yield ""
    yield "三、报回时限"
    yield from dues
    yield ""
    yield "四、怎样报回"
    if result is not None:
        yield "请在随附的带标记工作簿里改：错的单元格已标色并写了批注，首页“问题清单”可点到每一格。"
        if result.late_rows:
            yield f"其中 {result.late_rows} 行迟报已成事实，照实报送，不要改动日期。"
    yield "改好后可先在“报送前质检”自查，再按原渠道报送。"
    yield ""
    yield f"信用办（{plan.short_title}方案）　{_day(told.returned_date)}"


def _what(told: Return) -> str:
    title = load_contracts()[told.ledger].title if told.ledger else ""
    counts = f"共 {told.row_count} 行" if told.row_count else ""
    if told.wrong_row_count:
        counts += f"，{told.wrong_row_count} 行有错"
    inside = "，".join(filter(None, [title, counts]))
    return f"（{inside}）" if inside else ""


def _problems(result: CheckResult | None, unreadable: str) -> Iterator[str]:
    if result is None:
        yield f"文件读不了：{unreadable}"
        return
    number = 0
    for problem in result.lost:
        number += 1
        sheet = f"工作表“{problem.sheet}”：" if problem.sheet else ""
        yield f"{number}. {sheet}{problem.message}"
    for group in result.groups:
        if group.severity == "error":
            number += 1
            yield f"{number}. {_group_words(group)}"
    if hints := result.hint_rows:
        yield f"另有 {hints} 行有提示，不影响报送，请顺手核对。"


def _group_words(group: RuleGroup) -> str:
    mend = f"改法：{group.note.mend}" if group.note.mend else ""
    basis = f"（依据：{group.note.basis}）" if group.note.basis else ""
    return f"{group.note.title}（{group.rule}）：{group.rows} 行。{mend}{basis}"


def _due_lines(
    answers: Sequence[Answer], told: Return, answered: Collection[Obligation]
) -> Iterator[str]:
    """When what the file answers is due, each duty and period once."""
    dues: dict[tuple[date, str, str], bool] = {}
    for answer in answers:
        key = (answer.due_date, answer.duty, answer.period_covered)
        dues[key] = dues.get(key, True) and answer.obligation in answered
    for (due, duty, period), is_answered in sorted(dues.items()):
        left = (due - told.returned_date).days
        if is_answered:
            words = "这一期此前已经报过，按期与否不受影响，请尽快改好报回"
        elif left < 0:
            words = f"已过 {-left} 天，请改好后立即报回"
        elif left == 0:
            words = "今天到期，请今天报回"
        else:
            words = f"还有 {left} 天，请在此前报回"
        yield f"{duty}，{period} 期：{_day(due)}到期，{words}。"
    if not dues:
        yield "本表没有对应的定期报送期限，请尽快报回。"


def _day(when: date) -> str:
    return f"{when.year} 年 {when.month} 月 {when.day} 日"
