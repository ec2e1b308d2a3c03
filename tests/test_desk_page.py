"""The page 收件台 on a real home: taken in, given back, entered, withdrawn."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from streamlit.elements.widgets import data_editor
from streamlit.testing.v1 import AppTest

from dashboard.components import desk_state
from dashboard.desk_words import Told
from dashboard.queries.duties import OBLIGATION_COLUMNS, read_plan_obligations
from dashboard.queries.frame import plans_at_hand, read_plans
from etl import demo
from etl.entries import KINDS
from etl.returned import find_returned
from expectations import gate
from tests.dashboard_home import build_town
from tests.page_support import open_page, texts
from tests.semantics.rows import ENVIRONMENT, MARKET, broken, permit, uscc
from tests.semantics.town import PLANS, Town, other_plan
from warehouse.home import Home
from warehouse.returns import replay_returns
from warehouse.store import Store

RECEIVED = date(2022, 7, 8)
Files = Sequence[tuple[str, bytes]]
pytestmark = pytest.mark.usefixtures("own_temp", "one_plan")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build_town(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def root(town: Town, tmp_path: Path) -> Path:
    """A copy of the town's home that the test may change."""
    return Path(shutil.copytree(town.home.root, tmp_path / "home"))


def csv_of(rows: Sequence[dict[str, str]]) -> bytes:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return ("﻿" + "\n".join(lines) + "\n").encode()


def open_desk(root: Path, monkeypatch: pytest.MonkeyPatch, **choices: str) -> AppTest:
    app = open_page(root, monkeypatch, "desk", **choices)
    app.date_input(key="desk_received").set_value(RECEIVED)
    return app


def drop(app: AppTest, files: Files) -> AppTest:
    box = next(f for f in app.get("file_uploader") if f.key.startswith("desk_files"))
    box.set_value([(name, content, "") for name, content in files])
    return ran(app.run())


def ran(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    assert not [box.value for box in app.error if "citycredit doctor" in box.value]
    return app


def click(app: AppTest, label: str) -> AppTest:
    [button] = [b for b in app.button if b.label.startswith(label)]
    assert not button.disabled
    return ran(button.click().run(timeout=300))


def downloads(app: AppTest) -> set[str]:
    """What of a return can be downloaded."""
    labels = {button.proto.label for button in app.get("download_button")}
    return labels & {"退回函", "工作簿"}


def told(app: AppTest) -> Told:
    found: Told = app.session_state["_desk_told"]
    return found


def journal_of(root: Path) -> Store:
    return Store(Home.open(root))


def asked(root: Path, query: str) -> list[tuple[object, ...]]:
    with journal_of(root).reader() as con:
        return con.sql(query).fetchall()


# Decided on 1 June (limit 13 June), reported on the 10th; no report of June has come from 06 yet.
CLEAN = [permit(31, unit=ENVIRONMENT, 上报时间="2022/06/10")]
FAULTY = [
    CLEAN[0],
    {**CLEAN[0], "行政许可决定文书号": "示市监许字〔2022〕32号",
     "行政相对人代码_1(统一社会信用代码)": broken(uscc("91", 31))},
]  # fmt: skip


def test_a_good_file_is_recognised_taken_in_and_seen(
    root: Path, monkeypatch: pytest.MonkeyPatch, own_temp: Path
) -> None:
    count = "select count(*) from marts.publicity_records where unit_id = 'BC-U06'"
    assert asked(root, count) == [(0,)]
    app = drop(open_desk(root, monkeypatch), [("6月 许可.csv", csv_of(CLEAN))])
    words = texts(app)
    assert f"单位：{ENVIRONMENT[0]}　台账：行政许可　所属期：2022-06" in words.replace("\\", "")
    # June's ledger is due on 10 July, a Sunday: 11 July.
    assert "双公示台账（每月10日前）（2022-06，7 月 11 日到期）" in words.replace("\\", "")
    assert "按时报送" in words
    click(app, "收下并发布")
    assert told(app).kind == "good", told(app)
    assert "已收下 1 张表并发布（版本 w000002）" in told(app).lines[0]
    assert asked(root, count) == [(1,)]
    batch = journal_of(root).journal.batches()[-1]
    assert (batch.file_name, batch.received_date, batch.state) == (
        "6月 许可.csv",
        RECEIVED,
        "accepted",
    )
    # The original is kept, the upload is gone.
    assert journal_of(root).home.original(batch.sha256).read_bytes() == csv_of(CLEAN)
    assert [p for p in own_temp.rglob("*") if p.is_file()] == list(own_temp.glob("*/lock"))
    # The file stands in the uploader still: it cannot be taken in twice.
    assert "已接受（批次 " in texts(app)
    assert not [b for b in app.button if b.label.startswith("收下并发布")]


def test_a_newcomer_goes_from_an_empty_home_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PLANS / "BC", tmp_path / "shipped" / "BC")
    monkeypatch.setattr("warehouse.plans.SHIPPED_PLANS", tmp_path / "shipped")
    home = Home.open(tmp_path / "home", create=True)
    other_plan(home.plans / "NX", 2023)
    app = open_page(home.root, monkeypatch, "desk", plan="BC")
    assert app.selectbox(key="plan").options == ["NX", "BC"]  # the later year first
    for part, words in (
        ("应收", "收下这份方案的第一批文件后，这里列出各单位的到期日"),
        ("录入", "直接填下面的格子"),
        ("经手记录", "还没有收过文件"),
        ("收文件", "拖入后逐个认出单位"),
    ):
        app.segmented_control(key="part").set_value(part).run()
        assert words in texts(ran(app)), part
    app.date_input(key="desk_received").set_value(RECEIVED)
    app = drop(app, [("6月 许可.csv", csv_of(CLEAN))])
    assert "台账：行政许可　所属期：2022-06" in texts(app).replace("\\", "")
    click(app, "收下并发布")
    assert told(app).kind == "good", told(app)
    assert told(app).lines[0] == "已收下 1 张表并发布（版本 w000001）。"
    # The plan stays chosen, its period has come up.
    assert app.selectbox(key="plan").value == "BC"
    assert app.selectbox(key="period").value == "2022-06"
    words = texts(open_page(home.root, monkeypatch, "publicity", plan="BC", period="2022-06"))
    assert "1/1" in words
    # Of next year's plan nothing has begun on 8 July 2022; its first file can be taken in still.
    words = texts(open_page(home.root, monkeypatch, plan="NX"))
    assert "按现有数据（截至 2022-07-08），方案年度还没有开始" in words
    app = open_page(home.root, monkeypatch, "desk", plan="NX")
    assert "拖入后逐个认出单位" in texts(app)


def test_a_return_can_be_made_before_anything_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.open(tmp_path / "home", create=True)
    app = open_page(home.root, monkeypatch, "desk", plan="BC")
    app.date_input(key="desk_received").set_value(RECEIVED)
    app = drop(app, [("6月许可.csv", csv_of(FAULTY))])
    click(app, "退回并出退回函")
    assert "已退回 6月许可.csv（T000001），没有入库" in told(app).lines[0]
    assert journal_of(home.root).current() is None


def test_an_obligation_has_the_columns_that_it_has_before_any(root: Path) -> None:
    with journal_of(root).reader() as con:
        assert dict(read_plan_obligations(con, "BC").schema) == OBLIGATION_COLUMNS
        assert dict(read_plans(con).schema) == dict(plans_at_hand({}).schema)


def test_a_faulty_file_goes_back_with_a_note(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = drop(open_desk(root, monkeypatch), [("6月许可.csv", csv_of(FAULTY))])
    assert "**修改后可报**" in texts(app)
    click(app, "退回并出退回函")
    assert "已退回 6月许可.csv（T000001），没有入库" in told(app).lines[0]
    store = journal_of(root)
    assert store.current() == "w000001"  # nothing was published
    [entered] = replay_returns(store.journal.events())
    assert (entered.unit_id, entered.ledger, entered.row_count, entered.wrong_row_count) == (
        "BC-U06", "admin_permit", 2, 1,
    )  # fmt: skip
    assert entered.returned_date == RECEIVED
    assert entered.rules["G05"] == 1
    kept = find_returned(store.home, "T000001")
    assert kept.note is not None
    note = kept.note.read_text(encoding="utf-8-sig")
    assert f"{ENVIRONMENT[0]}：" in note
    assert "共 2 行，1 行有错" in note
    assert "（G05）：1 行。改法：请对照营业执照改正。" in note
    assert "2022 年 7 月 11 日到期，还有 3 天" in note
    assert "张示一" not in note
    assert kept.marked is not None
    assert kept.marked.read_bytes()[:2] == b"PK"
    assert kept.marked.parent.stat().st_mode & 0o077 == 0  # a department's rows in full
    assert downloads(app) == {"退回函", "工作簿"}
    # Another day, in another session, both can be had again; the return is taken back with a
    # reason, and then nothing of it is kept.
    app = open_desk(root, monkeypatch, part="经手记录")
    app.selectbox(key="desk_take_back").set_value("T000001 6月许可.csv").run()
    assert downloads(app) == {"退回函", "工作簿"}
    assert app.button(key="desk_take_back_do").disabled
    app.text_input(key="desk_take_back_why").set_value("退错了").run()
    click(app, "撤销退回")
    [entered] = replay_returns(store.journal.events())
    assert entered.withdrawn == "退错了"
    assert not list(store.home.returned.iterdir())


def test_a_faulty_file_may_be_taken_in_as_it_is(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = drop(open_desk(root, monkeypatch), [("a.csv", csv_of(FAULTY)), ("照片.xlsx", b"\x89PNG")])
    table = app.dataframe(key="desk_table").value
    assert table["文件"].to_list() == ["a.csv", "照片.xlsx"]
    assert table["结论"].to_list() == ["修改后可报", "读不了"]
    assert table["有错行"].to_list()[0] == 1
    assert table["处理"].to_list() == ["待定", "待定"]
    # Nothing is 可报, so nothing is offered to be taken in at once.
    assert not [b for b in app.button if b.label.startswith("收下可报的")]
    # The unreadable one is the more pressing: it is shown, and has no button to take it in.
    assert "**读不了**" in texts(app)


def test_the_same_bytes_are_told(root: Path, monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    first = (town.folder / "00.csv").read_bytes()
    app = drop(open_desk(root, monkeypatch), [("换了名字.csv", first)])
    assert "一字不差地收过了：批次 B000001（已接受），首次收到 2022-06-30" in texts(app)
    assert not [b for b in app.button if b.label.startswith(("收下并发布", "仍收下"))]


def test_the_clerk_says_whose_it_is_and_what_it_replaces(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = drop(
        open_desk(root, monkeypatch), [("改正.csv", csv_of([permit(3, 上报时间="2022/06/10")]))]
    )
    choice = next(box for box in app.selectbox if box.label == "替换以前的哪一份")
    [old] = [o for o in choice.options if o.endswith("B000001")]
    choice.set_value(old).run(timeout=120)
    unit = next(box for box in app.selectbox if box.label == "报送单位")
    unit.set_value(MARKET[0]).run(timeout=120)
    click(app, "收下并发布")
    batch = journal_of(root).journal.batches()[-1]
    assert (batch.department, batch.replaces_batch_id) == (MARKET[0], "B000001")
    # Of the five permits of the first file only the third is left, now right: 1 of 1.
    rows = asked(
        root,
        "select numerator, denominator from marts.metric_values where plan_id = 'BC' and "
        "metric_id = 'publicity_compliance_rate' and period = '2022-06' and scope_type = 'plan'",
    )
    assert [tuple(map(int, row)) for row in rows] == [(1, 1)]  # type: ignore[arg-type]


def test_a_nil_declaration_is_a_file_like_any(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = (
        "select state from marts.obligations where duty_id = 'BC-DU-PUB' and unit_id = 'BC-U06' "
        "and period_covered = '2022-06'"
    )
    assert asked(root, state) == [("未交",)]  # known on 12 July, due on the 11th
    app = open_desk(root, monkeypatch, part="应收")
    ran(app.run())
    choice = app.multiselect(key="desk_nil")
    [mine] = [o for o in choice.options if o.startswith(ENVIRONMENT[0]) and "2022-06" in o
              and "双公示" in o]  # fmt: skip
    choice.set_value([mine]).run(timeout=120)
    click(app, "登记")
    assert told(app).kind == "good", told(app)
    assert asked(root, state) == [("零报送",)]  # told on 8 July: in time
    batch = journal_of(root).journal.batches()[-1]
    assert batch.file_name == f"零报送_2022-06_{ENVIRONMENT[0]}.csv"
    original = journal_of(root).home.original(batch.sha256).read_text(encoding="utf-8-sig")
    assert original.splitlines() == [
        "义务编号,报送单位,报送单位统一社会信用代码,所属期,报送类型,报送日期,备注",
        f"BC-DU-PUB,{ENVIRONMENT[0]},{ENVIRONMENT[1]},2022-06,零报送,2022/07/08,",
    ]


def test_a_batch_is_withdrawn_only_with_a_reason(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_desk(root, monkeypatch, part="经手记录")
    ran(app.run())
    choice = app.selectbox(key="desk_batch")
    [first] = [o for o in choice.options if o.startswith("B000001 已接受")]
    choice.set_value(first).run()
    assert app.button(key="desk_withdraw").disabled
    app.text_input(key="desk_why").set_value("部门撤回").run()
    click(app, "撤回")
    batch = journal_of(root).journal.batch("B000001")
    assert batch is not None
    assert (batch.state, batch.reason) == ("withdrawn", "部门撤回")
    assert asked(root, "select count(*) from marts.publicity_records") == [(0,)]


def test_another_writer_is_told_not_a_traceback(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_state, "_LOCK_SECONDS", 0.1)
    app = drop(open_desk(root, monkeypatch), [("a.csv", csv_of(CLEAN))])
    with FileLock(root / "writer.lock"):
        click(app, "收下并发布")
    assert told(app).kind == "bad"
    assert "另一个程序正在写入" in told(app).lines[0]
    click(app, "收下并发布")
    assert told(app).kind == "good"


def test_a_gate_that_refuses_holds_and_says_what_to_do(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def good(number: int) -> bytes:
        return csv_of([permit(number, unit=ENVIRONMENT, 上报时间="2022/06/10")])

    files = [*((f"{k}.csv", good(k)) for k in (31, 33, 34)), ("错.csv", csv_of(FAULTY))]
    verdict = gate.GateResult("failed", ["行数不平（batches）"], 1, 1)
    with monkeypatch.context() as patch:
        patch.setattr(gate, "judge", lambda con: verdict)
        app = click(drop(open_desk(root, monkeypatch), files), "收下可报的 3 个并发布")
    assert told(app).kind == "bad"
    assert "行数不平" in told(app).lines[0]
    assert "w000001 未变" in told(app).lines[0]
    assert "撤回" in told(app).lines[1]
    # Those that could go up are held together; the faulty one is still to be decided on.
    assert app.dataframe(key="desk_table").value["处理"].str.slice(0, 3).to_list() == [
        "已暂挂", "已暂挂", "已暂挂", "待定",
    ]  # fmt: skip

    def states() -> list[str]:
        return [b.state for b in journal_of(root).journal.batches()[-3:]]

    last = journal_of(root).journal.batches()[-1]
    app = ran(open_desk(root, monkeypatch, part="经手记录").run())
    choice = app.selectbox(key="desk_batch")
    choice.set_value(next(o for o in choice.options if o.startswith(last.batch_id))).run()
    assert app.button(key="desk_force").disabled  # no reason yet
    click(app, "接受（再核验一次）")
    assert states() == ["held", "held", "accepted"]
    click(app, "全部接受（2 个，再核验一次）")
    assert told(app).kind == "good", told(app)
    assert states() == ["accepted"] * 3
    assert journal_of(root).current() == "w000003"  # a build for the one, a build for the two
    assert not [b for b in app.button if b.label.startswith("全部接受")]


def test_a_home_that_cannot_be_written_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_state.os, "access", lambda path, mode: False)
    app = drop(open_desk(root, monkeypatch), [("a.csv", csv_of(CLEAN))])
    assert "只能读，收件台不能写入" in texts(app)
    assert not [b for b in app.button if b.label.startswith("收下并发布")]


def test_a_home_with_the_samples_takes_only_what_is_for_practice(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = journal_of(root).journal.batches()[0].sha256
    monkeypatch.setattr(demo, "_shipped_hashes", lambda: frozenset({known}))
    app = drop(open_desk(root, monkeypatch), [("a.csv", csv_of(CLEAN))])
    assert not [b for b in app.button if b.label.startswith("收下并发布")]
    app.checkbox(key="desk_practice").check().run(timeout=120)
    click(app, "收下并发布")
    assert told(app).kind == "good"


@pytest.mark.parametrize("kind", [k.title for k in KINDS])
def test_every_grid_opens(root: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    app = open_desk(root, monkeypatch, part="录入", entry=kind)
    assert app.session_state["entry"] == kind
    [ledger] = [k.ledger for k in KINDS if k.title == kind]
    assert app.button(key=f"desk_enter_{ledger}").disabled  # nothing typed


def test_what_is_typed_changed_and_taken_out_of_a_grid_becomes_a_batch(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the browser tells it: cells of blank rows filled in, a row added, one deleted. Streamlit's
    own code makes the rows of it."""
    task = {"task_id": "BC-01-2", "status": "进行中"}
    typed = {
        "edited_rows": {
            0: task | {"unit_name": MARKET[0], "progress_pct": 40},
            1: task | {"unit_name": ENVIRONMENT[0]},  # deleted again below
            2: {"remark": "  "},  # nothing but blanks
        },
        "added_rows": [task | {"unit_name": ENVIRONMENT[0], "report_date": "2022-07-07"}],
        "deleted_rows": [1],
    }
    apply = data_editor._apply_dataframe_edits
    monkeypatch.setattr(
        data_editor, "_apply_dataframe_edits", lambda df, _, schema: apply(df, typed, schema)
    )
    app = ran(open_desk(root, monkeypatch, part="录入", entry="任务进度").run())
    click(app, "检查并发布（2 行）")
    assert told(app).kind == "good", told(app)
    batch = journal_of(root).journal.batches()[-1]
    assert (batch.ledger, batch.rows, batch.received_date) == ("task_status", 2, RECEIVED)
    original = journal_of(root).home.original(batch.sha256).read_text(encoding="utf-8-sig")
    assert original.splitlines() == [
        "任务编号,责任单位,填报日期,状态,进度(%),完成日期,延期批准文号,佐证材料,备注",
        f"BC-01-2,{MARKET[0]},2022/07/08,进行中,40,,,,",  # its day: that of receipt
        f"BC-01-2,{ENVIRONMENT[0]},2022/07/07,进行中,,,,,",
    ]


def test_a_list_among_the_files_says_when_and_whose(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_by = f"file,received,department,replaces\n6月.csv,2022-07-12,{MARKET[0]},00.csv\n"
    files = [("received.csv", told_by.encode()), ("6月.csv", csv_of(CLEAN))]
    app = drop(open_desk(root, monkeypatch), files)
    words = texts(app).replace("\\", "")
    assert f"单位：{MARKET[0]}" in words
    assert "收件日期：2022-07-12" in words
    click(app, "收下并发布")
    batch = journal_of(root).journal.batches()[-1]
    assert (batch.received_date, batch.department) == (date(2022, 7, 12), MARKET[0])
    assert batch.replaces_batch_id == "B000001"
