"""What stands on every page: the top line, the sample mark, and the empty states."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.filters import View
from dashboard.wording import LEGEND, WATERMARK, day
from warehouse.home import HomeError


def draw_facts(view: View) -> None:
    """Plan, how far the period is, until when the data reach, where they come from, the marks."""
    facts = view.facts
    words = [
        f"**{view.plan['short_title']}**",
        f"数据截至 {facts['newest_received']:%Y-%m-%d}",
        f"来源：部门报送 {facts['files']} 个文件 {facts['rows']:,} 行（版本 {facts['version']}）",
    ]
    if view.period["is_collecting"]:
        state = f":blue-badge[收集中，{day(view.period['cutoff_date'])}截止]"
    else:
        state = ""
    marks = [state, f":gray-badge[{view.standing}]"]
    if view.is_sample:
        marks.append(f":red-badge[{WATERMARK}]")
    with st.container(gap="xxsmall"):
        st.markdown("　".join(words) + "　" + " ".join(filter(None, marks)))
        source = "三率取省平台反馈，没有的取本办测算" if view.counts_official else "三率为本办测算"
        st.markdown(f":small[灯：{LEGEND}　{source}。]")
    for notice in view.missing:
        st.warning(notice, icon=":material/link_off:")


def draw_unusable_home(reason: str) -> None:
    """There is no home, or it cannot be opened: what is wrong and what to do."""
    st.title("城市信用建设监测台")
    st.warning(reason, icon=":material/folder_off:")
    _draw_next_steps()


def draw_nothing_published() -> None:
    """The home is there, but nothing was published yet."""
    st.title("城市信用建设监测台")
    st.info("数据目录已建立，还没有发布过数据。", icon=":material/inbox:")
    _draw_next_steps()


def draw_no_period(plan_title: str) -> None:
    """The plan's year has not begun on the as-of day."""
    st.info(f"{plan_title}的方案年度尚未开始，还没有可看的期次。", icon=":material/event:")


def draw_no_records(view: View) -> None:
    """The period holds no record yet: which ledgers are out, and where to look instead."""
    st.info(
        f"本期（{view.label}）还没有双公示记录。可在页首改选其他期次；"
        "或用 citycredit load 文件 --plan "
        f"{view.plan_id} 载入部门台账后再看。",
        icon=":material/inbox:",
    )


def draw_no_duties(view: View, *, is_asked: bool) -> None:
    """Nothing is owed under the plan: it asks for no recurring hand-ins (`is_asked`), or nobody
    runs it yet."""
    if is_asked:
        words = (
            "还没有收到过这份方案的任何台账。载入第一份后，这里列出各单位的到期日和报送情况"
            "（citycredit load 文件 --plan " + view.plan_id + "）。"
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
    reason = str(error) if isinstance(error, HomeError) else "读取数据时出错，详情见服务器日志。"
    st.error(f"{reason} 请刷新本页；仍不行请管理员运行 citycredit doctor。")


def _draw_next_steps() -> None:
    st.markdown(
        "下一步，任选其一（在服务器的命令行里）：\n\n"
        "1. 看演示：`citycredit demo`（载入虚构的演示数据）\n"
        "2. 载入台账：`citycredit load 文件或文件夹 --plan BC --received 2022-07-05`\n"
        "3. 发给部门的空白模板：`citycredit templates --out 模板`\n\n"
        "载入后刷新本页即可。"
    )
