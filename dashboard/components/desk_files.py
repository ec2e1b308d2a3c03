"""收文件: dropped files, what each is, its verdict, and two buttons: take in, or give back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.checking import marked_copy
from dashboard.components.desk_arrivals import (
    DONE,
    FITS,
    REPLACES_NONE,
    UNREADABLE,
    Arrived,
    arrived,
    replaces_key,
    told_arrivals,
    unit_key,
)
from dashboard.components.desk_returns import draw_notes, draw_return, marked_name
from dashboard.components.desk_state import PRACTICE, begin, read_owed
from dashboard.components.texts import draw_note, plain
from dashboard.components.uploader import choose_files
from dashboard.components.verdict import rate_words, show
from dashboard.desk_words import (
    Told,
    answer_lines,
    load_words,
    on_time_word,
    periods_words,
    unit_words,
)
from dashboard.filters import PlanView
from dashboard.uploads import own_folder, uploads_of
from dashboard.wording import BATCH_STATES, LEDGERS, NOTHING
from etl.pipeline import Pipeline
from etl.received import FILE_NAME, ReceivedError
from etl.reception import receive
from warehouse.journal import Batch
from warehouse.plans import Plan, load_plans

_ROUND = "_desk_round"
_ORDER = ("检查出错", UNREADABLE, "不可报", "修改后可报", FITS)
_LINES = 6


def draw_files(view: PlanView, received: date, *, can_write: bool) -> None:
    """The uploader, a table of what was dropped, and the chosen file in full."""
    state = st.session_state
    number = state.setdefault(_ROUND, 0)
    dropped = choose_files(
        "部门报来的文件（可多选，一次拖入）",
        accept_multiple_files=True,
        key=f"desk_files_{number}",
        help="Excel 或 CSV。先检查、后决定；没有点“收下”或“退回”的，文件不留在服务器上。"
        "一起拖入 received.csv（file,received,department,replaces）的，按它写的收到日期和单位。",
    )
    draw_notes(view)
    if not dropped:
        if view.source.version is None:
            _draw_first_steps()
        draw_note(
            "拖入后逐个认出单位、台账、所属期，给出结论；再选“收下并发布”或“退回”。"
            "收下的与命令行 citycredit load 走同一条路，每一步都可在“经手记录”里撤回。"
        )
        return
    home = view.source.store.home
    plan = load_plans(*home.plan_folders)[view.plan_id]
    batches = view.source.store.journal.batches()
    owed = read_owed(view)
    uploads = uploads_of(dropped)
    try:
        told = told_arrivals(uploads)
    except ReceivedError as error:
        st.error(plain(f"收件清单用不了：{_bare(error)}"), icon=":material/error:")
        told = {}
    files = [
        arrived(view, plan, u, received, batches, told.get(u.name))
        for u in uploads
        if u.name != FILE_NAME
    ]
    if not files:
        draw_note("收件清单（received.csv）要和它列的文件一起拖入。")
        return
    chosen = _choose(files, plan, owed) if len(files) > 1 else files[0]
    ready = [f for f in files if f.is_new and f.grade == FITS]
    if len(files) > 1 and can_write and ready:
        left, right = st.columns([2, 5], vertical_alignment="center")
        with left:
            is_asked = st.button(
                f"收下可报的 {len(ready)} 个并发布", type="primary", key="desk_take_all"
            )
        with right:
            draw_note("只收“可报”的；有错的逐个看后再定。")
        if is_asked:
            _take(view, ready)
    if all(f.done or f.twins for f in files) and st.button("清空，接着收下一批"):
        state[_ROUND] = number + 1
        st.rerun()
    _draw_one(view, plan, chosen, batches, owed, can_write=can_write)


def _draw_first_steps() -> None:
    """What to do in a home in which nothing was published yet."""
    st.info(
        "**第一次收件**\n\n"
        "1. 页首选好方案；“收件日期”填部门交来的那一天（按期与否按它算）。\n"
        "2. 把部门报来的 Excel 或 CSV 拖到上面的框里，几秒后看结论。\n"
        "3. 可报的点“收下并发布”，有错的点“退回”，连同标好错处的工作簿发回部门。\n\n"
        "还没有文件：在“应收”下载空白模板发给部门，或在“录入”直接填报送登记、任务进度等。",
        icon=":material/flag:",
    )


def _bare(error: ReceivedError) -> str:
    """The text without the folder, which is nobody's business."""
    return re.sub(rf"\S*/{re.escape(FILE_NAME)}", FILE_NAME, str(error))


def _grade_badge(grade: str) -> str:
    """The verdict beside a file's name; the word says it without the colour."""
    colours = {FITS: "green", "修改后可报": "orange"}
    return f":{colours.get(grade, 'red')}-badge[{grade}]"


def _choose(files: Sequence[Arrived], plan: Plan, owed: pl.DataFrame) -> Arrived:
    """The table of all; the ticked file, else the most pressing one that is still open."""
    grades = [f.grade for f in files]
    told = "，".join(f"{g} {grades.count(g)}" for g in reversed(_ORDER) if g in grades)
    st.markdown(f"**{len(files)} 个文件：{told}**")
    event: Any = st.dataframe(
        _frame(files, plan, owed),
        hide_index=True,
        key="desk_table",
        placeholder=NOTHING,
        on_select="rerun",
        selection_mode="single-row",
    )
    draw_note("点行首的方框看那个文件；没点时显示还没处理的、最要紧的一个。")
    ticked: list[int] = event["selection"]["rows"]
    if ticked and ticked[0] < len(files):
        return files[ticked[0]]
    return sorted(files, key=lambda f: (bool(f.done), _ORDER.index(f.grade)))[0]


def _frame(files: Sequence[Arrived], plan: Plan, owed: pl.DataFrame) -> pl.DataFrame:
    names = {u["unit_id"]: u["name"] for u in plan.units}
    rows = []
    for one in files:
        found = one.result
        ledgers = (
            {LEDGERS.get(s.ledger, s.ledger) for s in found.sheets if s.ledger} if found else ()
        )
        answers = found.trace.answers if found and found.trace else ()
        rows.append(
            {
                "处理": one.done or ("已在库" if one.twins else "待定"),
                "文件": one.upload.name,
                "结论": one.grade,
                "单位": unit_words(found.trace, names, one.delivery.department) if found else None,
                "台账": "、".join(sorted(ledgers)) or None,
                "所属期": periods_words(found.trace) or None if found else None,
                "行数": found.rows if found else None,
                "有错行": found.wrong_rows if found else None,
                "合规率": rate_words(found.compliance) if found else None,
                "按期": on_time_word(answers, owed) or None,
            }
        )
    numbers = ("行数", "有错行")
    schema: dict[str, Any] = {name: pl.Int64 if name in numbers else pl.Utf8 for name in rows[0]}
    return pl.DataFrame(rows, schema=schema)


def _draw_one(
    view: PlanView,
    plan: Plan,
    one: Arrived,
    batches: Sequence[Batch],
    owed: pl.DataFrame,
    *,
    can_write: bool,
) -> None:
    with st.container(border=True, key="desk_one"):
        st.markdown(f"**{plain(one.upload.name)}**　{_grade_badge(one.grade)}")
        _draw_identity(plan, one, owed)
        if one.done:
            st.success(f"{one.done}。", icon=":material/task_alt:")
        elif one.twins:
            known = "、".join(f"{b.batch_id}（{BATCH_STATES[b.state]}）" for b in one.twins)
            st.info(
                f"这份文件一字不差地收过了：批次 {known}，首次收到 {one.twins[0].received_date}。"
                "不用再收；要重收，请先在“经手记录”撤回那个批次。",
                icon=":material/content_copy:",
            )
        elif can_write:
            _draw_choices(plan, one, batches)
            _draw_buttons(view, plan, one)
    if one.result is None:
        st.error(f"**读不了**　{plain(one.reason)}", icon=":material/block:")
        return
    result = one.result
    show(
        result,
        key=f"desk_{one.key}",
        workbook=lambda: marked_copy(one.upload, result),
        workbook_name=marked_name(one),
    )


def _draw_identity(plan: Plan, one: Arrived, owed: pl.DataFrame) -> None:
    """Unit, ledger, period; then which obligations it answers and whether in time."""
    result = one.result
    if result is None or result.trace is None:
        return
    names = {u["unit_id"]: u["name"] for u in plan.units}
    ledgers = sorted({LEDGERS.get(s.ledger, s.ledger) for s in result.sheets if s.ledger})
    told = [
        f"单位：{unit_words(result.trace, names, one.delivery.department)}",
        f"台账：{'、'.join(ledgers) or NOTHING}",
        f"所属期：{periods_words(result.trace) or NOTHING}",
        f"收件日期：{one.delivery.received}",
    ]
    st.markdown(plain("　".join(told)))
    lines = answer_lines(result.trace.answers, owed)
    draw_note(*(plain(line) for line in lines[:_LINES]))
    if len(lines) > _LINES:
        draw_note(f"另答复 {len(lines) - _LINES} 项，见“应收”。")
    if not lines:
        draw_note("没有对应方案里的定期报送，随时可收。")


def _draw_choices(plan: Plan, one: Arrived, batches: Sequence[Batch]) -> None:
    """What the clerk may know better than the file."""
    left, right = st.columns(2)
    with left:
        st.selectbox(
            "报送单位",
            _serving(plan),
            index=None,
            placeholder="按文件认出的（点此改）",
            key=unit_key(one.upload),
            persist_state="session",
            help="填报单位写错或没写时在这里改；表中逐行写明单位的，仍按各行的单位算。",
        )
    if one.result is None:
        return
    with right:
        st.selectbox(
            "替换以前的哪一份",
            [REPLACES_NONE, *_replaceable(plan, one, batches)],
            key=replaces_key(one.upload),
            persist_state="session",
            help="部门改错重报的选被替换的那一份：整份替换，不会重复计数。",
        )


def _draw_buttons(view: PlanView, plan: Plan, one: Arrived) -> None:
    result = one.result
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        if result is not None:
            wrong = result.wrong_rows
            if st.button(
                "收下并发布" if not wrong else f"仍收下并发布（{wrong} 行标为不合规）",
                type="primary" if one.grade == FITS else "secondary",
                key=f"desk_take_{one.key}",
                icon=":material/inventory:",
                disabled=one.grade == "检查出错" or not result.rows,
            ):
                _take(view, [one])
    with right:
        draw_return(view, plan, one)


def _take(view: PlanView, files: Sequence[Arrived]) -> None:
    """Take files in, in a thread of its own; gives way to the page that waits for it."""
    deliveries = [one.delivery for one in files]
    is_practice = bool(st.session_state.get(PRACTICE))
    plan_id = view.plan_id
    done: dict[str, str] = st.session_state.setdefault(DONE, {})
    keys = {one.delivery.sha256: one.key for one in files}

    def work(pipeline: Pipeline) -> Told:
        with own_folder() as folder:
            result = receive(pipeline, plan_id, deliveries, folder, is_practice=is_practice)
        for batch in (*result.new, *result.duplicates):
            words = f"{BATCH_STATES[batch.state]}（批次 {batch.batch_id}）"
            done[keys[batch.sha256]] = words
        return load_words(result)

    title = files[0].upload.name if len(files) == 1 else f"{len(files)} 个文件"
    begin(view, f"正在收下 {title}", work)


def _serving(plan: Plan) -> list[str]:
    return [u["name"] for u in plan.units if plan.is_serving(u["unit_id"])]


def _replaceable(plan: Plan, one: Arrived, batches: Sequence[Batch]) -> list[str]:
    """Accepted batches of the file's ledgers, newest first, in words that end with the batch id."""
    ledgers = {s.ledger for s in one.result.sheets if s.ledger} if one.result else set()
    replaced = {b.replaces_batch_id for b in batches if b.state == "accepted"}
    return [
        f"{b.received_date} {LEDGERS.get(b.ledger, b.ledger)} {b.file_name} {b.batch_id}"
        for b in reversed(batches)
        if b.place_id == plan.place_id
        and b.state == "accepted"
        and b.ledger in ledgers
        and b.batch_id not in replaced
    ]
