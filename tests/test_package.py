"""The submission package: which rows go up, which may be published, what is said of the others.

One small place of plan BC, received in three parts; every expected list is worked out by hand from
the comments beside the rows.
"""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest

from etl.intake import take_in
from etl.package import PackageError, export
from etl.pipeline import Pipeline, RequestError
from tests.conftest import run_citycredit
from tests.files import titles
from tests.penalty_rows import penalty, person, person_id
from tests.semantics.rows import MARKET, broken, permit, receipt, register, status, uscc
from tests.semantics.town import Town
from warehouse.contracts import load_contracts
from warehouse.derive import derive, derived_columns
from warehouse.engines import open_warehouse
from warehouse.home import KEY_VARIABLE, Home
from warehouse.journal import Journal
from warehouse.marks import SAMPLE_MARK
from warehouse.masking import IdentityHash
from warehouse.store import Store

pytestmark = pytest.mark.usefixtures("one_plan")

CONTRACTS = load_contracts()
CODE = "行政相对人代码_1(统一社会信用代码)"
NAME = "行政相对人名称"


WARNING = {"处罚类别": "警告", "处罚内容": "警告", "罚款金额(万元)": ""}
OPERATOR = {
    NAME: "王示二",
    "行政相对人类别": "个体工商户",
    CODE: uscc("92", 4),
    "法定代表人": "王示二",
}

PERMITS = [
    permit(1),  # corrected on 20 June: counts with its second version
    permit(2, **{CODE: broken(uscc("91", 2))}),  # G05
    permit(3, **person("李示三", "19800101")),
    permit(4, **OPERATOR),  # a sole trader under the operator's own name
    permit(5),  # the register revokes it on 15 June
    permit(6, 当前状态="2", 备注="已注销"),
    permit(7, 有效期至="2022/06/05"),  # over on 6 June
    permit(8),  # lawfully not reported, says the register
    permit(9, 许可内容="=1+1 的\n许可内容", 备注="'=旧说明"),
    permit(10, 许可决定日期="2022/05/31", 有效期自="2022/05/31"),  # another month
    permit(11, 有效期至="2022/06/20"),  # the last day is the as-of day: still shown
]
PENALTIES = [
    penalty(1),
    penalty(2, **WARNING),
    penalty(3, **(WARNING | {"处罚类别": "警告；通报批评", "处罚内容": "警告、通报批评"})),
    penalty(4, 行政处罚决定书文号="示市监简罚〔2022〕4号"),  # P13
    penalty(5, **person("赵示五", "19800101")),
    penalty(6, **person("钱示六", "20080601")),  # 14 on the day of the decision
    penalty(7, 备注="2022年6月18日已修复"),
    penalty(8, 公示截止期="2022/06/19"),  # over on 20 June
    penalty(9, 公示截止期="2022/06/20"),  # not yet
    penalty(10, 公示截止期="2022/05/01"),  # before the decision: P10, an error
]


def place_of(folder: Path) -> Town:
    """The place, loaded; as of 20 June 2022."""
    town = Town(folder)
    town.receive("2022-06-06", PERMITS)
    # The first copy again, and once more in the next file: repeats.
    town.receive("2022-06-13", [PERMITS[8]])
    town.receive("2022-06-14", PENALTIES)
    town.receive(
        "2022-06-15",
        [
            register(5, 状态="撤销", 状态日期="2022/06/15"),
            register(8, 状态="依法不报送", 不报送依据="示例依据"),
        ],
    )
    town.receive("2022-06-15", [receipt(9, "2022/06/07"), receipt(1, "2022/06/07")])
    town.receive("2022-06-20", [permit(1, 许可内容="准予从事散装食品销售")])
    town.receive(
        "2022-06-20",
        [
            status("BC-03-4", "2022/06/10", "进行中", unit=MARKET[0]),
            status("BC-03-4", "2022/05/10", "进行中", unit=MARKET[0]),
        ],
    )
    assert town.load().outcome.gate_status == "passed"
    return town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(folder / "identity.key"))
        yield place_of(folder)


def rows_of(folder: Path, set_name: str) -> list[dict[str, str]]:
    """The rows of a set as the CSV has them."""
    [path] = (folder / set_name).glob("*.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def numbers(folder: Path, set_name: str, title: str = "行政许可决定文书号") -> list[int]:
    """The serial numbers of a set's documents."""
    found = [row[title].rstrip("号").rpartition("〕")[2] for row in rows_of(folder, set_name)]
    return sorted(map(int, found))


def reasons(folder: Path, word: str) -> dict[str, list[tuple[str, str]]]:
    """document number -> (rule, reason) of what was kept out of a set."""
    [path] = folder.glob("*withheld.csv")
    found: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["未列入"] == word:
                found.setdefault(row["文书号"], []).append((row["规则"], row["原因"]))
    return found


# Which rows


def test_permits_that_may_go_up(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    package = export(town.home, "admin_permit", "BC", "2022-06", out)
    # 2 has an error, 5 is revoked, 8 exempt, 10 of another month
    assert numbers(out, "submission") == [1, 3, 4, 6, 7, 9, 11]
    # of these 3 is a person, 6 has ended, 7 expired
    assert numbers(out, "public") == [1, 4, 9, 11]
    held = reasons(out, "报送集")
    assert [rule for rule, _ in held["示市监许字〔2022〕2号"]] == ["G05"]
    assert held["示市监许字〔2022〕5号"] == [("", "已撤销（2022-06-15 起）")]
    assert held["示市监许字〔2022〕8号"] == [("", "登记为依法不报送，却在台账里")]
    assert len(held) == 3
    kept = reasons(out, "公示集")
    assert kept == {
        "示市监许字〔2022〕3号": [("", "相对人是自然人")],
        "示市监许字〔2022〕6号": [("", "状态为无效（2022-06-06 收到）")],
        "示市监许字〔2022〕7号": [("", "期限已过（至 2022-06-05）")],
    }
    manifest = package.manifest
    assert (package.rows("submission"), package.rows("public")) == (7, 4)
    # 10 current records of June: 7 go up, 3 do not; one older version of 1, one repeat of 9
    assert manifest["current_rows"] == 10
    assert manifest["withheld"] == {"rows": 3, "public_only_rows": 3, "by_rule": {"G05": 1}}
    assert manifest["left_out"] == {"replaced": 0, "repeats": 1, "older_versions": 1}


def test_the_newest_version_goes_up(town: Town, tmp_path: Path) -> None:
    export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "out")
    content = {r[NAME]: r["许可内容"] for r in rows_of(tmp_path / "out", "submission")}
    assert content["示例第1商贸有限公司"] == "准予从事散装食品销售"


def test_penalties_that_may_be_published(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(town.home, "admin_penalty", "BC", "2022-06", out)
    title = "行政处罚决定书文号"
    # only 10 has an error: warnings (P12, P13, P14, P18) hold nothing back from submission
    assert numbers(out, "submission", title) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert numbers(out, "public", title) == [1, 9]
    kept = {
        number: sorted(reason for _, reason in told)
        for number, told in reasons(out, "公示集").items()
    }
    assert kept == {
        "示市监罚字〔2022〕2号": ["仅警告或通报批评"],
        "示市监罚字〔2022〕3号": ["仅警告或通报批评"],
        "示市监简罚〔2022〕4号": ["疑似简易程序（当场）处罚"],
        "示市监罚字〔2022〕5号": ["相对人是自然人"],
        "示市监罚字〔2022〕6号": ["疑似未成年人", "相对人是自然人"],
        "示市监罚字〔2022〕7号": ["备注写明已修复（2022-06-14 收到）"],
        "示市监罚字〔2022〕8号": ["期限已过（至 2022-06-19）"],
    }


def test_the_sets_on_an_earlier_day(town: Town, tmp_path: Path) -> None:
    with duckdb.connect(str(town.version("2022-06-14")), read_only=True) as con:
        export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "out", con=con)
        export(town.home, "admin_penalty", "BC", "2022-06", tmp_path / "penalties", con=con)
    # nothing is known yet of the register, nor of the correction of 1
    assert numbers(tmp_path / "out", "submission") == [1, 3, 4, 5, 6, 7, 8, 9, 11]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8-sig"))
    assert manifest["as_of"] == "2022-06-14"
    # the limit of 8 is not over: it is one more that may be published
    assert numbers(tmp_path / "penalties", "public", "行政处罚决定书文号") == [1, 8, 9]


def test_only_what_is_not_stored_yet(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    package = export(town.home, "admin_permit", "BC", "2022-06", out, only_new=True)
    # 9 was stored; the receipt of 1 is older than its correction of 20 June, which must go up
    assert numbers(out, "submission") == [1, 3, 4, 6, 7, 11]
    assert package.manifest["already_stored"] == 1


def test_rows_of_a_rule_that_crashed_are_not_called_right(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(town.version("2022-06-20").read_bytes())
    with duckdb.connect(str(path)) as con:
        con.execute(
            "update quality.rule_results set status = 'errored' "
            "where rule_id = 'G05' and batch_id = 'B000001'"
        )
        export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "out", con=con)
    # all of the first file stays back; 1 came anew in another one
    assert numbers(tmp_path / "out", "submission") == [1]
    told = reasons(tmp_path / "out", "报送集")["示市监许字〔2022〕9号"]
    assert told == [("G05", "检查出错")]


# Values


def test_the_submission_set_holds_full_values_the_others_none(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(town.home, "admin_permit", "BC", "2022-06", out, with_extensions=True)
    own = {r["行政许可决定文书号"]: r for r in rows_of(out, "submission")}
    assert own["示市监许字〔2022〕3号"][NAME] == "李示三"
    assert own["示市监许字〔2022〕3号"]["证件号码"] == person_id("19800101")
    public = {r["行政许可决定文书号"]: r for r in rows_of(out, "public")}
    assert public["示市监许字〔2022〕1号"]["法定代表人"] == "张*"
    assert public["示市监许字〔2022〕1号"][NAME] == "示例第1商贸有限公司"
    # the operator's own name is a person's
    assert public["示市监许字〔2022〕4号"][NAME] == "王*"
    secrets = ("李示三", "王示二", "张示一", person_id("19800101"))
    others = [p for p in out.rglob("*.*") if p.parent.name != "submission"]
    texts = [p.read_text("utf-8-sig") for p in others if p.suffix != ".xlsx"]
    texts += [str(cells_of(p)) for p in others if p.suffix == ".xlsx"]
    assert len(texts) == 6
    assert not any(secret in text for text in texts for secret in secrets)


def cells_of(path: Path) -> list[tuple[Any, ...]]:
    [sheet] = openpyxl.load_workbook(path)
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("ledger", ["admin_permit", "admin_penalty"])
def test_the_columns_are_those_of_the_national_layout(
    town: Town, tmp_path: Path, ledger: str
) -> None:
    package = export(town.home, ledger, "BC", "2022-06", tmp_path / "out")
    columns = package.manifest["sets"]["submission"]["columns"]
    assert columns == titles(ledger)
    assert len(columns) == {"admin_permit": 28, "admin_penalty": 30}[ledger]
    [path] = (tmp_path / "out" / "submission").glob("*.xlsx")
    header, *rows = cells_of(path)
    assert list(header) == [*columns, "数据说明"]
    assert {row[-1] for row in rows} == {SAMPLE_MARK}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("ledger", ["admin_permit", "admin_penalty"])
def test_a_package_taken_in_again_gives_the_same_rows(
    town: Town, tmp_path: Path, ledger: str, form: str
) -> None:
    """Every column of the contract: the text, and whatever is derived from it at landing."""
    out = tmp_path / "out"
    export(town.home, ledger, "BC", "2022-06", out, with_extensions=True)
    [file] = (out / "submission").glob(f"*.{form}")
    [table] = take_in(file, CONTRACTS)
    assert (table.ledger, table.standard, table.problems) == (ledger, "2018", ())
    contract = CONTRACTS[ledger]
    with open_warehouse() as con:
        # the day and the key of the place, so that hashes of identities can be compared
        landed = derive(
            con, table.frame, contract, date(2022, 6, 20), IdentityHash(town.home.key())
        )
        back = landed.pl().sort("row_number")
    told = rows_of_table(out, form)
    for column in contract.columns:
        assert back[column.field].fill_null("").to_list() == [r[column.title] for r in told]
    came = originals(town, ledger).select("document_no", *derived_columns(contract))
    both = back.join(came, on="document_no", how="left", suffix="_came", maintain_order="left")
    assert back.height == len(told) > 0
    for name in derived_columns(contract):
        assert both[name].to_list() == both[f"{name}_came"].to_list(), name


def rows_of_table(out: Path, form: str) -> list[dict[str, str]]:
    """The rows of the submission set as a person sees them: openpyxl, or the CSV without marks."""
    if form == "csv":
        rows = rows_of(out, "submission")
        return [
            {k: v[1:] if v.startswith(("'=", "''=")) else v for k, v in r.items()} for r in rows
        ]
    [path] = (out / "submission").glob("*.xlsx")
    header, *rows = cells_of(path)
    return [dict(zip(header, [cell or "" for cell in row], strict=True)) for row in rows]


def originals(town: Town, ledger: str) -> pl.DataFrame:
    """The newest landed row of every document."""
    batches = [b for b in Journal(town.home).batches() if b.ledger == ledger]
    frames = [
        pl.read_parquet(town.home.landing / b.landing).with_columns(sequence=b.sequence)
        for b in batches
    ]
    return pl.concat(frames).sort("sequence").unique("document_no", keep="last")


def test_the_sets_are_no_worse_than_what_came(town: Town, tmp_path: Path) -> None:
    """Exporting the re-imported package again gives the same file, byte by byte."""
    export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "1", with_extensions=True)
    fresh = Home.open(tmp_path / "fresh", create=True)
    [file] = (tmp_path / "1" / "submission").glob("*.csv")
    Pipeline(fresh, date(2022, 6, 20)).load([file], "BC", date(2022, 6, 20))
    export(fresh, "admin_permit", "BC", "2022-06", tmp_path / "2", with_extensions=True)
    [again] = (tmp_path / "2" / "submission").glob("*.csv")
    assert sorted(again.read_text("utf-8").splitlines()) == sorted(
        file.read_text("utf-8").splitlines()
    )


# Layouts


def test_rows_of_the_older_layout_go_up_in_it_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    town = Town(tmp_path)
    old = {
        "行政许可决定书文号": "示市监许字〔2022〕1号",
        "项目名称": "示例项目",
        "审批类别": "普通",
        "许可内容": "准予从事预包装食品销售",
        NAME: "示例第1商贸有限公司",
        CODE: uscc("91", 1),
        "法定代表人姓名": "张示一",
        "许可决定日期": "2022/06/01",
        "许可截止期": "2027/05/31",
        "许可机关": MARKET[0],
        "当前状态": "0",
        "地方编码": "220800",
    }
    town.receive("2022-06-06", [old])
    town.receive("2022-06-07", [permit(2, 当前状态="2", 备注="已注销")])
    town.load()
    export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "old", standard="2016")
    first, second = rows_of(tmp_path / "old", "submission")
    # what the contract does not know comes back from the row itself
    assert {k: first[k] for k in old} == old
    # a row of 2018: 2 无效 is 3 其他 here, and there is nothing for 项目名称
    assert (second["当前状态"], second["项目名称"], second["审批类别"]) == ("3", "", "普通")
    # unknown columns may hold persons: the public set has none of their values
    assert [r["项目名称"] for r in rows_of(tmp_path / "old", "public")] == [""]
    export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "new")
    assert numbers(tmp_path / "new", "submission") == [2]
    [(rule, reason)] = reasons(tmp_path / "new", "报送集")["示市监许字〔2022〕1号"]
    assert (rule, reason) == ("", "按 2016 版报来，缺 2018 版的必填列")


def test_every_ledger_has_a_package(town: Town, tmp_path: Path) -> None:
    counts = {}
    for ledger in CONTRACTS:
        package = export(town.home, ledger, "BC", "2022-06", tmp_path / ledger)
        counts[ledger] = package.rows("submission")
        assert ("public" in package.manifest["sets"]) == (
            ledger in ("admin_permit", "admin_penalty")
        )
    # two receipts, two register rows of June, one status report of June (the other is of May)
    held = {ledger: count for ledger, count in counts.items() if count}
    assert held == {
        "admin_permit": 7,
        "admin_penalty": 9,
        "platform_receipt": 2,
        "decision_register": 2,
        "task_status": 1,
    }


# The folder


def test_the_manifest_says_what_is_there(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(town.home, "admin_penalty", "BC", "2022-06", out)
    manifest = json.loads((out / "manifest.json").read_text("utf-8-sig"))
    told = [f for s in manifest["sets"].values() for f in s["files"]] + manifest["files"]
    for file in told:
        content = (out / file["name"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    on_disk = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert on_disk == {file["name"] for file in told} | {"manifest.json"}
    assert {p.stat().st_mode & 0o777 for p in out.rglob("*") if p.is_file()} == {0o600}
    version = Store(town.home).current()
    assert (manifest["version"], manifest["plan"], manifest["period"]) == (version, "BC", "2022-06")
    assert (manifest["as_of"], manifest["standard"]) == ("2022-06-20", "2018")
    assert manifest["sample_mark"] == SAMPLE_MARK
    assert manifest["rule_set"]
    note = (out / "说明.txt").read_text("utf-8-sig")
    assert SAMPLE_MARK in note
    assert "报送集：9 行" in note
    assert "公示集：2 行" in note


def test_an_export_is_in_the_journal_without_any_value(town: Town, tmp_path: Path) -> None:
    package = export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "out")
    event = Journal(town.home).events()[-1]
    assert (event["event"], event["command"], event["rows"]) == ("revealed", "export", 7)
    assert (event["ledger"], event["plan"], event["period"]) == ("admin_permit", "BC", "2022-06")
    assert set(event["files"].values()) == {
        f["sha256"] for f in package.manifest["sets"]["submission"]["files"]
    }


def test_what_cannot_be_entered_in_the_journal_is_not_given_out(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(Journal, "append", refuse)
    with pytest.raises(OSError, match="disk full"):
        export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_refused_and_left_alone(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    export(town.home, "admin_permit", "BC", "2022-06", out)  # an empty one is taken
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    with pytest.raises(RequestError, match="里已有文件"):
        export(town.home, "admin_permit", "BC", "2022-06", out)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    with pytest.raises(RequestError, match="是一个文件"):
        export(town.home, "admin_permit", "BC", "2022-06", out / "manifest.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("permits", "BC", "2022-06"),
            "没有台账“permits”。现有：admin_",
        ),
        (("admin_permit", "XX", "2022-06"), "没有方案“XX”"),
        (("admin_permit", "BC", "2021-06"), "期间 2021-06 不在方案 BC 的年度（2022）内"),
    ],
)
def test_what_is_unknown_is_named(
    town: Town, tmp_path: Path, arguments: tuple[str, str, str], message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        export(town.home, *arguments, tmp_path / "out")
    with pytest.raises(RequestError, match="没有标准“2030”。现有：2018、2016"):
        export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "o", standard="2030")
    assert list(tmp_path.iterdir()) == []


def test_a_version_of_an_older_release_says_what_to_do(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(town.version("2022-06-20").read_bytes())
    with duckdb.connect(str(path)) as con:
        con.execute("drop view marts.publications")
        with pytest.raises(PackageError, match="citycredit build"):
            export(town.home, "admin_permit", "BC", "2022-06", tmp_path / "out", con=con)


# The command


def test_the_command(town: Town, tmp_path: Path) -> None:
    root = town.home.root
    command = ("export", "admin_permit", "--plan", "BC", "--period", "2022-06")
    done = run_citycredit(*command, "--out", tmp_path / "a", "--format", "json", home=root)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["out"] == str(tmp_path / "a")
    assert document["sets"]["submission"]["rows"] == 7
    again = run_citycredit(*command, "--out", tmp_path / "a", home=root)
    assert (again.returncode, again.stdout) == (64, "")
    assert "里已有文件" in again.stderr
    empty = ("export", "admin_permit", "--plan", "BC", "--period", "2022-11")
    nothing = run_citycredit(*empty, "--out", tmp_path / "b", home=root)
    assert nothing.returncode == 0
    assert "本期没有可列的行" in nothing.stdout
    assert rows_of(tmp_path / "b", "submission") == []
    [table] = take_in(next((tmp_path / "b" / "submission").glob("*.xlsx")), CONTRACTS)
    assert (table.ledger, table.frame.height) == ("admin_permit", 0)


def test_without_a_home_there_is_nothing_to_export(tmp_path: Path) -> None:
    command = ("export", "admin_permit", "--plan", "BC", "--period", "2022-06", "--out")
    done = run_citycredit(*command, tmp_path / "out", "--format", "json", home=tmp_path / "none")
    assert (done.returncode, json.loads(done.stdout)["out"]) == (0, None)
    assert list(tmp_path.iterdir()) == []
