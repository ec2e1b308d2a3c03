"""The page 报送前质检: uploads, one verdict each, a table of all, the marked copy.

What a check found stays in the session of its visitor and ends with it; nothing is written to the
home, and nothing counts.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

import polars as pl
import streamlit as st

from dashboard.components.texts import draw_note
from dashboard.components.uploader import choose_files
from dashboard.components.verdict import rate_words, show
from dashboard.filters import PlanView
from dashboard.uploads import Upload, on_disk, uploads_of
from dashboard.wording import LEDGERS, NOTHING
from etl.check import check_file
from etl.check_result import CheckResult
from etl.edge import today
from etl.readers import UnreadableFile
from etl.rounds import Round, compare
from etl.workbook import annotate
from warehouse.plans import load_plans

_RESULTS = "_checked"
_ROUND = "_round"
_KEPT = 12
_AUTO, _OFF = "自动", "不比较"
_NONE = "不替换（新的一份）"


@dataclass(frozen=True)
class Request:
    """What the visitor asks for: these files, as if received on this day."""

    uploads: list[Upload]
    received: date
    replaces: str | None


Outcome = CheckResult | UnreadableFile


def draw_intake(view: PlanView) -> Request:
    """The title, and the choices: files, day of receipt, what they replace."""
    st.title("报送前质检", anchor=False)
    left, right = st.columns([3, 2])
    with left:
        files = choose_files(
            "要检查的文件（可多选）",
            accept_multiple_files=True,
            key="check_files",
            help="Excel 或 CSV。文件只在检查时用到，检查后即删；不入库、不计分、不发布。",
        )
    with right:
        received = st.date_input(
            "收件日期", value=default_day(view), max_value=today(), key="check_received"
        )
        options = _replaceable(view)
        replaces = st.selectbox(
            "替换哪个批次",
            [_NONE, *options],
            key="check_replaces",
            help="更正以前报过的文件时选它：不再与被替换的那一份比较重复。",
        )
    day = received if isinstance(received, date) else default_day(view)
    return Request(uploads_of(files), day, options.get(replaces))


def default_day(view: PlanView) -> date:
    """Today while the plan runs; for a plan of a year gone by, the day its data reach."""
    end = load_plans(*_plan_folders(view))[view.plan_id].period_end
    as_of: date = view.facts.get("as_of", today())
    return today() if today() <= end else as_of


def _plan_folders(view: PlanView) -> tuple[Path, ...]:
    return tuple(view.source.store.home.plan_folders)


def _replaceable(view: PlanView) -> dict[str, str]:
    """Accepted batches of the plan's place, newest first: words → batch."""
    batches = view.source.store.journal.batches()
    replaced = {b.replaces_batch_id for b in batches}
    return {
        f"{b.received_date:%Y-%m-%d} {LEDGERS.get(b.ledger, b.ledger)} {b.file_name}"
        f"（{b.batch_id}）": b.batch_id
        for b in reversed(batches)
        if b.place_id == view.plan["place_id"]
        and b.state == "accepted"
        and b.batch_id not in replaced
    }


def draw_how() -> None:
    """What happens here, before there is a file."""
    st.info(
        "把要报送的表拖到上面，几秒后看结论：可报、修改后可报，还是不可报；错在哪一格、怎么改；"
        "并可下载标好颜色和批注的原表，发回填报单位改。",
        icon=":material/upload_file:",
    )
    draw_note(
        "只检查，不入库、不计分、不发布；预检结果不留名次。文件检查后即从服务器删除。",
        "空白模板在“收件台”的“应收”里下载；检查按页首所选方案的期限和名录进行。",
    )


def draw_checked(view: PlanView, request: Request) -> None:
    """A verdict for each file; of several a table, and the chosen one in full."""
    outcomes = [(upload, _checked(view, upload, request)) for upload in request.uploads]
    chosen = 0
    if len(outcomes) > 1:
        st.subheader(_all_words([outcome for _, outcome in outcomes]), anchor=False)
        event = st.dataframe(
            file_frame(outcomes),
            hide_index=True,
            key="check_all",
            column_config={"说明": st.column_config.TextColumn(width="large")},
            placeholder=NOTHING,
            on_select="rerun",
            selection_mode="single-row",
        )
        rows = event["selection"]["rows"]
        chosen = rows[0] if rows and rows[0] < len(outcomes) else _worst(outcomes)
        draw_note("点行首的方框看那个文件的明细；没点时显示最要紧的一个。")
    upload, outcome = outcomes[chosen]
    if len(outcomes) > 1:
        st.subheader(upload.name, anchor=False)
    if isinstance(outcome, UnreadableFile):
        st.error(f"**读不了**　{outcome.reason}", icon=":material/block:")
        return
    show(
        outcome,
        key=f"check_{upload.file_id}",
        compared=_compared(view, request, outcome),
        workbook=lambda: marked_copy(upload, outcome),
        workbook_name=f"{PurePath(upload.name).stem}_问题标记.xlsx",
    )


def _compared(view: PlanView, request: Request, result: CheckResult) -> Round | None:
    """The round against the file that the visitor gives as the one before, or against the newest
    one of this session that is plainly the same table."""
    with st.expander("第二轮：与改前的一份比较", icon=":material/compare_arrows:"):
        earlier = _earlier_results(result)
        names = {f"{_bare_name(r)}（本次先检查的第 {k} 份）": r for k, r in earlier.items()}
        choice = st.selectbox(
            "改前的一份", [_AUTO, _OFF, *reversed(names)], key="check_against",
            help="自动：本次先检查过的、多数行对得上的最近一份。",
        )  # fmt: skip
        given = choose_files("或上传改前的文件", key="check_earlier")
    if given is not None:
        [upload] = uploads_of([given])
        outcome = _checked(view, upload, request)
        if isinstance(outcome, UnreadableFile):
            st.warning(f"改前的文件读不了：{outcome.reason}")
            return None
        return _round(outcome, result)
    if choice == _OFF:
        return None
    if choice in names:
        return _round(names[choice], result)
    newest = next(reversed(earlier.values()), None)
    compared = _round(newest, result) if newest is not None else None
    is_same = compared is not None and 2 * compared.matched > result.rows
    return compared if is_same else None


def _round(earlier: CheckResult, later: CheckResult) -> Round:
    """The comparison; the last one is kept, since every click draws the page anew."""
    kept = st.session_state.get(_ROUND)
    if kept is None or kept[0] is not earlier or kept[1] is not later:
        kept = earlier, later, compare(earlier, later)
        st.session_state[_ROUND] = kept
    found: Round = kept[2]
    return found


def _earlier_results(result: CheckResult) -> dict[int, CheckResult]:
    """What this session has checked before, of the same ledgers: number → result."""
    ledgers = {s.ledger for s in result.sheets if s.ledger}
    found = {}
    for number, outcome in enumerate(st.session_state[_RESULTS].values(), start=1):
        if outcome is result:
            break
        if isinstance(outcome, UnreadableFile) or outcome.plan != result.plan:
            continue
        if {s.ledger for s in outcome.sheets if s.ledger} == ledgers:
            found[number] = outcome
    return found


def _bare_name(result: CheckResult) -> str:
    return PurePath(result.file).name


def marked_copy(upload: Upload, result: CheckResult) -> bytes:
    """The marked copy of an upload. Raises WorkbookError."""
    with on_disk(upload) as path, tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / "marked.xlsx"
        annotate(path, result, target)
        return target.read_bytes()


def file_frame(outcomes: list[tuple[Upload, Outcome]]) -> pl.DataFrame:
    """One line per file: name, verdict, ledger, rows, rows with errors, late rows, compliance."""
    schema = {
        "文件": pl.Utf8, "结论": pl.Utf8, "说明": pl.Utf8, "台账": pl.Utf8,
        "行数": pl.Int64, "有错行": pl.Int64, "迟报行": pl.Int64, "合规率": pl.Utf8,
    }  # fmt: skip
    rows: list[dict[str, object]] = []
    for upload, outcome in outcomes:
        if isinstance(outcome, UnreadableFile):
            rows.append({"文件": upload.name, "结论": "读不了", "说明": outcome.reason})
            continue
        ledgers = {LEDGERS.get(s.ledger, s.ledger) for s in outcome.sheets if s.ledger}
        rows.append(
            {
                "文件": upload.name,
                "结论": outcome.grade,
                "说明": outcome.verdict.partition("：")[2],
                "台账": "、".join(sorted(ledgers)),
                "行数": outcome.rows,
                "有错行": outcome.wrong_rows,
                "迟报行": outcome.late_rows,
                "合规率": rate_words(outcome.compliance),
            }
        )
    return pl.DataFrame(rows, schema=schema)


def _checked(view: PlanView, upload: Upload, request: Request) -> Outcome:
    """The outcome of a file; kept in the session, since every click draws the page anew."""
    kept: dict[tuple[object, ...], Outcome] = st.session_state.setdefault(_RESULTS, {})
    key = (
        upload.file_id, view.source.version, view.plan_id, request.received, request.replaces,
    )  # fmt: skip
    if key not in kept:
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = _check(view, upload, request)
    return kept[key]


def _check(view: PlanView, upload: Upload, request: Request) -> Outcome:
    home = view.source.store.home
    plan = load_plans(*home.plan_folders)[view.plan_id]
    with st.spinner(f"正在检查 {upload.name} …"):
        try:
            with on_disk(upload) as path:
                return check_file(
                    path, plan, request.received, home=home, replaces=request.replaces
                )
        except UnreadableFile as error:
            return error


_ORDER = ("检查出错", "读不了", "不可报", "修改后可报", "可报")


def _grade(outcome: Outcome) -> str:
    return "读不了" if isinstance(outcome, UnreadableFile) else outcome.grade


def _worst(outcomes: list[tuple[Upload, Outcome]]) -> int:
    return min(range(len(outcomes)), key=lambda k: _ORDER.index(_grade(outcomes[k][1])))


def _all_words(outcomes: list[Outcome]) -> str:
    """`3 个文件：可报 1，修改后可报 2`."""
    grades = [_grade(outcome) for outcome in outcomes]
    told = "，".join(f"{g} {grades.count(g)}" for g in reversed(_ORDER) if g in grades)
    return f"{len(outcomes)} 个文件：{told}"
