"""What stands on every page: the top line, the sample mark, and the empty states."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.texts import draw_note
from dashboard.filters import PlanView, View
from dashboard.navigation import draw_link
from dashboard.wording import LEGEND, WATERMARK, day
from warehouse.home import HomeError
from warehouse.plans import PlanError


def draw_facts(view: PlanView) -> None:
    """Plan, how far the period is, until when the data reach, where they come from, the marks."""
    facts = view.facts
    words, marks = [f"**{view.plan['short_title']}**"], []
    if facts:
        words += [
            f"数据截至 {facts['newest_received']:%Y-%m-%d}",
            f"来源：部门报送 {facts['files']} 个文件 {facts['rows']:,} 行"
            f"（版本 {facts['version']}）",
        ]
    else:
        words.append("还没有发布过数据；收下第一批文件后，各页才有数")
    if isinstance(view, View):
        if view.period["is_collecting"]:
            marks.append(f":blue-badge[收集中，{day(view.period['cutoff_date'])}截止]")
        marks.append(f":gray-badge[{view.standing}]")
    if view.is_sample:
        marks.append(f":red-badge[{WATERMARK}]")
    with st.container(gap="xxsmall"):
        st.markdown("　".join(words) + "　" + " ".join(marks))
        if isinstance(view, View):
            source = (
                "三率取省平台反馈，没有的取本办测算" if view.counts_official else "三率为本办测算"
            )
            st.markdown(f":small[灯：{LEGEND}　{source}。]")
    for notice in view.missing:
        st.warning(notice, icon=":material/link_off:")


def draw_unusable_home(reason: str) -> None:
    """There is no home, or it cannot be opened: what is wrong and what to do."""
    st.title("城市信用建设监测台")
    st.warning(reason, icon=":material/folder_off:")
    st.markdown(
        "在服务器的命令行里，任选其一：\n\n"
        "1. 从头用起：`citycredit serve`（没有数据目录的先建一个，再到“收件台”收第一批文件）\n"
        "2. 看演示：`citycredit demo`（载入虚构的演示数据）"
    )


def draw_nothing_published() -> None:
    """The home is there, but nothing was published yet."""
    st.title("城市信用建设监测台")
    st.info("数据目录已建立，还没有发布过数据，这一页还没有可看的。", icon=":material/inbox:")
    st.markdown(
        "从这里开始：\n\n"
        "1. 打开“收件台”，在页首选方案，拖入部门报来的第一批文件，点“收下并发布”；"
        "一发布，这一页就有数。\n"
        "2. 还没有文件的，在“收件台”的“应收”里下载空白模板，发给部门填。\n"
        "3. 只想先看看文件有没有错的，用“报送前质检”，它不入库。"
    )
    draw_link("desk", "去收件台收第一批文件 →")
    draw_link("check", "先质检，不入库 →")
    draw_note(
        "用命令行也可以：citycredit load 文件或文件夹 --plan BC --received 2022-07-05；"
        "想看演示的：citycredit demo --home 另一个目录。"
    )


def draw_no_period(view: PlanView) -> None:
    """Of the plan's year nothing has begun on the day up to which the data reach."""
    st.info(
        f"{view.plan['short_title']}：按现有数据（截至 {view.facts['as_of']:%Y-%m-%d}），"
        "方案年度还没有开始，没有可看的期次。收下这份方案的第一批文件后就有。",
        icon=":material/event:",
    )
    draw_link("desk", "去收件台收第一批文件 →")


def draw_no_records(view: View) -> None:
    """The period holds no record yet: which ledgers are out, and where to look instead."""
    st.info(
        f"本期（{view.label}）还没有双公示记录。可在页首改选其他期次；"
        "或在“收件台”收下部门台账后再看。",
        icon=":material/inbox:",
    )


def draw_no_duties(view: View, *, is_asked: bool) -> None:
    """Nothing is owed under the plan: it asks for no recurring hand-ins (`is_asked`), or nobody
    runs it yet."""
    if is_asked:
        words = (
            "还没有收到过这份方案的任何台账。在“收件台”收下第一份后，"
            "这里列出各单位的到期日和报送情况。"
        )
    else:
        words = (
            "方案没有规定定期报送，不需要日历；各单位的任务和期限见“任务与目标”。"
            "以后有了规定，由管理员写入方案（duties.csv）。"
        )
    st.info(f"{view.plan['short_title']}：{words}", icon=":material/event_busy:")


def draw_collecting(view: View, units: pl.DataFrame) -> None:
    """The period is still open: how many ledgers are in, and when it closes."""
    owing = units.filter(pl.col("is_ledger_owed"))
    answered = owing.filter(
        (pl.col("record_count") > 0) | (pl.col("hand_in_state") == "零报送")
    ).height
    st.info(
        f"本期尚未收齐（双公示台账 {answered}/{owing.height} 家），"
        f"{day(view.period['cutoff_date'])}截止，以下数字还会变。",
        icon=":material/hourglass_top:",
    )


def draw_older_version() -> None:
    """The live version lacks a table or column that this program reads."""
    st.error("现行版本由旧程序生成，请运行 citycredit build，完成后刷新本页。")


def draw_failure(error: Exception) -> None:
    """A page could not read the data: what to do; the cause in our own words where we have them."""
    is_told = isinstance(error, HomeError | PlanError)
    reason = str(error) if is_told else "读取数据时出错，详情见服务器日志。"
    st.error(f"{reason} 请刷新本页；仍不行请管理员运行 citycredit doctor。")
