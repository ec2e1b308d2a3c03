"""The page 报送前质检 on a real home: files in, verdicts out, nothing kept."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from dashboard.components.checking import marked_copy
from dashboard.components.verdict import cell_frame, rule_frame
from dashboard.uploads import PREFIX, Upload, on_disk, plain_name, sweep
from etl import check
from etl.check import check_file
from expectations.runner import run_rules
from tests.dashboard_home import build_town
from tests.page_support import open_page, texts
from tests.quality_support import PENALTY, PERMIT, PERSON, RECEIVED
from tests.semantics.town import Town
from tests.test_check import rows_of, write_csv, write_workbook
from warehouse.home import Home
from warehouse.plans import load_plans

BC = load_plans()["BC"]
ID_NO = "110105194912310021"
Files = Sequence[tuple[str, bytes]]
pytestmark = pytest.mark.usefixtures("own_temp")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build_town(tmp_path_factory.mktemp("check"))


def drop(app: AppTest, files: Files) -> AppTest:
    """Put files into the uploader and let the page run."""
    app.file_uploader(key="check_files").set_value([(n, c, "") for n, c in files])
    app.run()
    assert not app.exception, app.exception
    assert not [box.value for box in app.error if "citycredit doctor" in box.value]
    return app


def workbook(tmp_path: Path, rows: Sequence[dict[str, str]]) -> bytes:
    path = tmp_path / "made.xlsx"
    write_workbook(path, {"Sheet1": (1, rows_of("admin_penalty", rows))})
    return path.read_bytes()


FIRST = [
    PENALTY,
    {**PENALTY, "document_no": "2号", "uscc": "9111"},
    {**PENALTY, **PERSON, "document_no": "3号", "id_no": ID_NO},
]
# The wrong code is mended, the wrong number is not, one row more.
SECOND = [PENALTY, {**PENALTY, "document_no": "2号"}, FIRST[2], {**PENALTY, "document_no": "4号"}]


def test_before_a_file_the_page_says_what_happens(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(open_page(town.home.root, monkeypatch, "check"))
    assert "不入库、不计分、不发布" in words
    assert "可报、修改后可报，还是不可报" in words


def test_a_file_is_checked_before_anything_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.open(tmp_path / "home", create=True)
    app = open_page(home.root, monkeypatch, "check", plan="BC")
    app.date_input(key="check_received").set_value(RECEIVED)
    drop(app, [("a.xlsx", workbook(tmp_path, FIRST))])
    assert "修改后可报" in texts(app)
    assert not home.journal_path.exists()


def test_one_file_gets_its_verdict(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_temp: Path
) -> None:
    before = {p: p.stat().st_mtime_ns for p in town.home.root.rglob("*") if p.is_file()}
    app = open_page(town.home.root, monkeypatch, "check")
    # 2022 is over: as if received on the day the data reach, not today.
    assert app.date_input(key="check_received").value == date(2022, 7, 12)
    app.date_input(key="check_received").set_value(RECEIVED)
    drop(app, [("6月.xlsx", workbook(tmp_path, FIRST))])
    words = texts(app)
    assert "**修改后可报**　3 行中 2 行有错误" in words
    assert "认作“行政处罚信息”（2018 版），表头在第 2 行：3 行，合规 1 行" in words
    assert "合规率 33.33%（1/3），能改的都改好后 100%（3/3）" in words.replace("\\", "")
    assert "7 个工作日内，自决定次日起算；上报时间取自收件日期 2022-07-05 3 行" in words
    rules, cells = (d.value for d in app.dataframe)
    assert rules.set_index("规则").loc["G05", "怎么改"] == "请对照营业执照改正。"
    assert "C4" in cells["单元格"].to_list()
    assert ID_NO not in words + rules.to_csv() + cells.to_csv()
    assert "李四" not in words + rules.to_csv() + cells.to_csv()
    # Nothing is left of the upload, nothing was written to the home.
    assert [p for p in own_temp.rglob("*") if p.is_file()] == list(own_temp.glob("*/lock"))
    assert {p: p.stat().st_mtime_ns for p in town.home.root.rglob("*") if p.is_file()} == before


def test_one_kind_of_problem_at_a_time(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "check")
    drop(app, [("6月.xlsx", workbook(tmp_path, FIRST))])
    choice = next(box for box in app.selectbox if box.label == "只看一类")
    choice.set_value(next(o for o in choice.options if o.startswith("G05"))).run()
    assert set(app.dataframe[1].value["规则"]) == {"G05"}


def test_several_files_each_have_their_verdict(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "check")
    app.date_input(key="check_received").set_value(RECEIVED)
    clean = write_csv(tmp_path / "c.csv", "admin_permit", [PERMIT]).read_bytes()
    files = [
        ("许可.csv", clean),
        ("6月.xlsx", workbook(tmp_path, FIRST)),
        ("照片.xlsx", b"\x89PNG.."),
    ]
    drop(app, files)
    table = app.dataframe[0].value
    assert table["文件"].to_list() == ["许可.csv", "6月.xlsx", "照片.xlsx"]
    assert table["结论"].to_list() == ["可报", "修改后可报", "读不了"]
    assert table["有错行"].to_list()[:2] == [0, 2]
    words = texts(app)
    assert "3 个文件：可报 1，修改后可报 1，读不了 1" in words
    assert "**读不了**　是图片" in words or "读不了" in words  # the most pressing one is shown


def test_a_corrected_file_is_held_against_the_one_before(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "check")
    drop(app, [("6月.xlsx", workbook(tmp_path, FIRST))])
    assert "第二轮**" not in texts(app)
    drop(app, [("6月改.xlsx", workbook(tmp_path, SECOND))])
    words = texts(app).replace("\\", "")
    assert "与上一份（6月.xlsx）相比：改好 1 行（1 处），仍有错 1 行" in words
    assert "多了 1 行" in words
    app.selectbox(key="check_against").set_value("不比较").run()
    assert "与上一份" not in texts(app)


def test_a_crashed_rule_is_told_as_such(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(con: object, *arguments: object, **named: object) -> None:
        run_rules(con, *arguments, **named)  # type: ignore[arg-type]
        con.execute(  # type: ignore[attr-defined]
            "update quality.rule_results set status = 'errored', error = 'Binder Error' "
            "where rule_id = 'G05'"
        )

    monkeypatch.setattr(check, "run_rules", broken)
    app = open_page(town.home.root, monkeypatch, "check")
    drop(app, [("6月.xlsx", workbook(tmp_path, FIRST))])
    words = texts(app)
    assert "**检查出错**　有规则没有执行成功，暂不能下结论" in words
    assert "检查出错：G05" in words
    assert "不合格" not in words


def test_the_marked_copy_of_an_upload(tmp_path: Path, own_temp: Path) -> None:
    upload = Upload("../../6月.xlsx", workbook(tmp_path, FIRST), "1")
    upload = Upload(plain_name(upload.name), upload.content, "1")
    with on_disk(upload) as path:
        result = check_file(path, BC, RECEIVED)
    book = openpyxl.load_workbook(io.BytesIO(marked_copy(upload, result)))
    assert book.sheetnames == ["问题清单", "Sheet1"]
    # The department's own file keeps its own values; what we add shows none of a person.
    assert ID_NO in {c.value for row in book["Sheet1"].iter_rows() for c in row}
    assert all(ID_NO not in str(c.value) for row in book["问题清单"].iter_rows() for c in row)
    assert not list(own_temp.glob("*/*/"))


def test_names_of_uploads_stay_in_their_folder() -> None:
    assert plain_name("C:\\x\\..\\6月.xlsx") == "6月.xlsx"
    assert plain_name("../../etc/passwd") == "passwd"
    assert plain_name("...") == "文件"
    assert plain_name("a" * 400 + ".csv") == "a" * 120 + ".csv"
    assert plain_name('<a>:"b"|?*\n.xlsx') == "ab.xlsx"


def test_what_a_killed_server_left_is_swept_away(own_temp: Path) -> None:
    left, alive = own_temp / f"{PREFIX}dead", own_temp / f"{PREFIX}alive"
    for folder in (left, alive):
        folder.mkdir()
        (folder / "lock").touch()
        (folder / "6月.xlsx").write_bytes(b"x")
    with FileLock(alive / "lock"):
        assert sweep() == 1
    assert not left.exists()
    assert (alive / "6月.xlsx").exists()


def test_tables_of_a_verdict(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "t.xlsx", {"Sheet1": (0, rows_of("admin_penalty", FIRST))})
    result = check_file(path, BC, RECEIVED)
    rules = rule_frame(result)
    severities = [s[-2:] for s in rules["性质"]]
    assert severities == sorted(severities, key=["错误", "迟报", "提示"].index)
    assert rules.filter(rules["规则"] == "G05")["例"].to_list() == ["C3 9111"]
    assert cell_frame(result, None).height == len(result.violations)
    csv = check_file(write_csv(tmp_path / "t.csv", "admin_penalty", FIRST), BC, RECEIVED)
    assert "工作表" not in cell_frame(csv, None).columns
    assert cell_frame(csv, csv.groups[0])["行号"][0].startswith("第 ")


def test_the_page_never_loads_the_gate_library() -> None:
    code = (
        "import sys, json; import dashboard.components.checking, dashboard.components.verdict; "
        "print(json.dumps([m for m in sys.modules if m.startswith('great_expectations')]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert json.loads(ran.stdout.splitlines()[-1]) == []
