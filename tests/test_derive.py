"""Derived columns: the SQL over whole columns and the scalar functions must agree on every text."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.codes import load_codes
from warehouse.contracts import Contract, load_contracts
from warehouse.derive import FIELD_SEPARATOR, derive, derived_columns
from warehouse.identifiers import is_minor, is_org_code, is_reg_no, is_resident_id, is_uscc
from warehouse.masking import (
    IdentityHash,
    is_identified_person,
    is_natural_person,
    mask_id,
    mask_name,
)
from warehouse.normalise import (
    code_key,
    document_no_key,
    identifier_key,
    moment_key,
    name_key,
    parse_date,
    parse_number,
    passage_key,
    period_days,
    period_key,
)

CONTRACTS = load_contracts()
REGIONS = set(load_codes()["region"])
RECEIVED = date(2026, 11, 22)
KEY = b"a key of the tests"
HASH = IdentityHash(KEY)

Row = dict[str, str | None]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        yield connection


def _derive(con: duckdb.DuckDBPyConnection, contract: Contract, rows: list[Row]) -> pl.DataFrame:
    columns = {f: [r.get(f) for r in rows] for f in contract.fields}
    frame = pl.DataFrame(
        columns | {"_extra": [None] * len(rows), "row_number": list(range(len(rows)))},
        schema=dict.fromkeys([*contract.fields, "_extra"], pl.String) | {"row_number": pl.Int32},
    )
    return derive(con, frame, contract, RECEIVED, HASH).pl().sort("row_number")


def _valid(key: str | None, check: object) -> object:
    return None if key is None else check(key)  # type: ignore[operator]


def _expected(contract: Contract, row: Row) -> dict[str, object]:
    """The derived columns of a row, by the scalar functions alone."""
    expected: dict[str, object] = {}
    parts = []
    for column in contract.columns:
        field, raw = column.field, row.get(column.field)
        key = identifier_key(raw)
        part = code_key(raw)
        match column.type:
            case "date" | "datetime":
                day = parse_date(raw)
                expected[f"{field}__date"] = day
                is_day = day is not None and column.type == "date"
                part = day.isoformat() if day and is_day else moment_key(raw)
            case "uscc":
                expected |= {f"{field}__norm": key, f"{field}__valid": _valid(key, is_uscc)}
            case "org_code":
                expected |= {f"{field}__norm": key, f"{field}__valid": _valid(key, is_org_code)}
            case "reg_no":
                is_15 = key is not None and len(key) == 15 and key.isascii() and key.isdigit()
                expected[f"{field}__valid"] = is_reg_no(key or "") if is_15 else None
            case "id_no":
                expected[f"{field}__hash"] = HASH(raw)
                expected[f"{field}__valid"] = _valid(key, lambda k: is_resident_id(k, RECEIVED))
                is_formed = key is not None and re.fullmatch("[0-9]{17}[0-9X]", key) is not None
                known = is_formed and str(key)[:6] in REGIONS
                expected[f"{field}__region_known"] = known if is_formed else None
                expected[f"{field}__masked"] = mask_id(raw)
                if contract.party and contract.party.has_age(field):
                    judged = parse_date(row.get(str(contract.party.judged_on)))
                    minor = is_minor(key, judged) if key and judged else None
                    expected[f"{field}__is_minor"] = minor
            case "person_name":
                expected[f"{field}__masked"] = mask_name(raw)
            case "party_name":
                person = _is_person(contract, row)
                hashed = HASH(raw)
                expected[f"{field}__norm"] = f"h:{hashed}" if person and hashed else name_key(raw)
                shown = mask_name(raw) if person else raw
                expected[f"{field}__masked"] = None if code_key(raw) is None else shown
            case "name":
                expected[f"{field}__norm"] = name_key(raw)
            case "doc_no":
                expected[f"{field}__norm"] = document_no_key(raw)
            case "code":
                expected[f"{field}__norm"] = code_key(raw)
            case "number":
                expected[f"{field}__number"] = parse_number(raw)
            case "phone":
                expected[f"{field}__masked"] = mask_id(raw)
            case "period":
                part = period_key(raw)
                start, end = period_days(part) or (None, None)
                expected |= {f"{field}__norm": part, f"{field}__start": start, f"{field}__end": end}
            case "passage":
                key = passage_key(raw)
                expected[f"{field}__hash"] = key and hmac.digest(KEY, key.encode(), "sha256").hex()
        parts.append(part or "")
    content = FIELD_SEPARATOR.join(parts).encode()
    expected["row_hash"] = hmac.new(KEY, content, hashlib.sha256).hexdigest()
    return expected


def _is_person(contract: Contract, row: Row) -> bool:
    if contract.party is None:
        return False
    if contract.party.category is None:
        names = (row.get("uscc"), row.get("id_no"), row.get("counterparty_name"))
        return is_identified_person(*names)
    return is_natural_person(row.get(contract.party.category), row.get("uscc"), contract.party)


# Texts as departments write them, and texts nobody would think of.
_WRITTEN = st.sampled_from(
    [
        "91110000600037341L",
        "９１１１００００６００００３７３４１l",
        " 91110000-600037341L ",
        "N2110105MF1234565A",
        "00000000000000000X",
        "110108000000016",
        "330100400013364",
        "D2143569-X",
        "11010519491231002X",
        "11010519491231002x",
        "110105194902310026",
        "110101202701010010",
        "000000000000000000",
        "法人及非法人组织",
        "个体工商户 ",
        "自然人",
        "示例商贸（集团）有限公司",
        "示例 商贸(集团)有限公司",
        "Abc株式会社㈱",
        "张三",
        "阿依·古丽",
        "示市监罚字〔2022〕12号",
        "示市监罚字［２０２２］12 号",
        "示监—罚【2022】1–2号",
        "2022/06/03",
        "2022-6-3",
        "2022.06.03",
        "20220603",
        "2022年6月3日",
        "２０２２／０６／０３",
        "2022-06-03T10:15:00+08:00",
        "2022/06/03 10:15",
        "2022/6/31",
        "0000-01-01",
        "2022/06-03",
        "2022-06-03 0:00:00",
        "2022-06",
        "2022年6月份",
        "202206",
        "2022.06",
        "2022.6",
        "2022/6/1",
        "2022-06-01 00:00:00",
        "2022Q2",
        "2022年第二季度",
        "２０２２年度",
        "2022",
        "2022-W09",
        "2022年第53周",
        "2022-13",
        "诚信之星",
        "诚信乡村",
        "其他",
        "0.5",
        "1,234.56",
        "1,23",
        ".5",
        "5.",
        "1e-5",
        "1e999",
        "５０",
        "-3",
        "五千元",
        "无",
        " 无　",
        "／",
        "NULL",
        "Null",
        "—",
        "--",
        "",
        "　",
        "\u00a0无",
        "㎡①℃…",
    ]
)
_SMALL = st.text(alphabet="0123456789XQW-/.年月日第季度周 :T,（）〔〕　无ａＡ\u00a0\n", max_size=20)
_CELL = st.none() | _WRITTEN | _SMALL | st.text(max_size=12).filter(lambda s: "\0" not in s)


@pytest.mark.parametrize(
    "ledger", ["admin_penalty", "decision_register", "submission", "publicity_article", "honour"]
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(_CELL, min_size=1, max_size=40))
def test_sql_equals_the_scalar_functions(
    con: duckdb.DuckDBPyConnection, ledger: str, texts: list[str | None]
) -> None:
    contract = CONTRACTS[ledger]
    # Each row starts at another text, so that every field meets every text and every neighbour.
    rows: list[Row] = [
        {f: texts[(start + n) % len(texts)] for n, f in enumerate(contract.fields)}
        for start in range(len(texts))
    ]
    for got, given_row in zip(_derive(con, contract, rows).to_dicts(), rows, strict=True):
        expected = _expected(contract, given_row)
        assert {k: got[k] for k in expected} == expected


@pytest.mark.parametrize(
    "ledger", ["admin_penalty", "submission", "publicity_article", "honour", "contact"]
)
def test_every_written_form_by_every_type(con: duckdb.DuckDBPyConnection, ledger: str) -> None:
    contract = CONTRACTS[ledger]
    texts = list(_WRITTEN.elements)  # type: ignore[attr-defined]
    rows: list[Row] = [dict.fromkeys(contract.fields, text) for text in texts]
    for got, row in zip(_derive(con, contract, rows).to_dicts(), rows, strict=True):
        expected = _expected(contract, row)
        assert {k: got[k] for k in expected} == expected, row


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)
def test_shape_is_the_contract_then_the_derived_columns(
    con: duckdb.DuckDBPyConnection, contract: Contract
) -> None:
    frame = pl.DataFrame(
        schema=dict.fromkeys([*contract.fields, "_extra"], pl.String) | {"row_number": pl.Int32}
    )
    relation = derive(con, frame, contract, RECEIVED, HASH)
    derived = derived_columns(contract)
    assert relation.columns == [*contract.fields, "_extra", "row_number", *derived]
    assert [str(t) for t in relation.types[-len(derived) :]] == list(derived.values())
    assert relation.pl().height == 0


def test_natural_person_leaves_no_name(con: duckdb.DuckDBPyConnection) -> None:
    rows: list[Row] = [
        {"counterparty_name": "张三", "counterparty_category": "自然人", "uscc": None},
        # No category and no code: in doubt a person.
        {"counterparty_name": "张三", "counterparty_category": None, "uscc": "无"},
        # No category but a code: an entity.
        {"counterparty_name": "示例公司", "uscc": "91110000600037341L"},
        {"counterparty_name": "示例公司", "counterparty_category": "个体工商户"},
    ]
    derived = _derive(con, CONTRACTS["admin_permit"], rows)
    assert derived["counterparty_name__masked"].to_list() == ["张*", "张*", "示例公司", "示例公司"]
    first, second, third, _ = derived["counterparty_name__norm"].to_list()
    assert first == second
    assert first.startswith("h:")
    assert third == "示例公司"


def test_a_register_without_numbers_leaves_no_name_either(con: duckdb.DuckDBPyConnection) -> None:
    rows: list[Row] = [
        {"counterparty_name": "王小明"},
        {"counterparty_name": "阿依古丽·买买提"},
        {"counterparty_name": "示例市第三机械厂", "id_no": "11010519491231002X"},
        {"counterparty_name": "示例市第三机械厂"},
        {"counterparty_name": "示例厂", "uscc": "91110000600037341L"},
        {"counterparty_name": None},
    ]
    shown = _derive(con, CONTRACTS["decision_register"], rows)["counterparty_name__masked"]
    assert shown.to_list() == ["王*", "阿*", "示*", "示例市第三机械厂", "示例厂", None]


def test_stars_of_integrity_are_persons_and_villages_are_none(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows: list[Row] = [
        {"kind": "诚信之星", "name": "张三", "uscc": "91110000600037341L"},
        {"kind": "诚信乡村", "name": "张家村"},
        {"kind": "其他", "name": "王小明"},  # nobody knows: protected
        {"kind": "其他", "name": "示例协会", "uscc": "91110000600037341L"},
        {"kind": "道德模范", "name": "李四"},
    ]
    derived = _derive(con, CONTRACTS["honour"], rows)
    assert derived["name__masked"].to_list() == ["张*", "张家村", "王*", "示例协会", "李*"]
    hidden = [str(norm).startswith("h:") for norm in derived["name__norm"]]
    assert hidden == [True, False, True, False, True]


def test_row_hash_sees_through_writing_and_sees_every_change(
    con: duckdb.DuckDBPyConnection,
) -> None:
    same = [
        {"document_no": "示〔2022〕1号", "decision_date": "2022/06/03", "remark": "无"},
        {"document_no": " 示〔2022〕1号", "decision_date": "2022年6月3日", "remark": None},
    ]
    other = [
        {"document_no": "示〔2022〕1号", "decision_date": "2022/06/04"},
        {"document_no": "示〔2022〕1号", "remark": "2022/06/03"},
    ]
    hashes = _derive(con, CONTRACTS["admin_permit"], [*same, *other])["row_hash"].to_list()
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_source_may_be_a_table(con: duckdb.DuckDBPyConnection) -> None:
    contract = CONTRACTS["submission"]
    columns = ", ".join(f"'无' as {f}" for f in contract.fields)
    con.execute(f"create or replace temp table landed_rows as select {columns}, null as _extra, 7")
    con.execute('alter table landed_rows rename column "7" to row_number')
    [row] = derive(con, "landed_rows", contract, RECEIVED, HASH).pl().to_dicts()
    assert row["row_number"] == 7
    assert row["duty_id__norm"] is None


@pytest.mark.parametrize(
    ("born", "decided", "minor"),
    [
        ("20040630", "2022/06/29", True),  # the day before the eighteenth birthday
        ("20040630", "2022/06/30", False),  # on it
        ("20040630", "2022/07/01", False),
        ("20040229", "2022/02/27", True),
        ("20040229", "2022/02/28", False),  # 2022 has no 29 February
        ("20040230", "2022/06/30", None),  # no such day
        ("20040630", "", None),
    ],
)
def test_only_whether_a_person_was_a_minor_is_kept(
    con: duckdb.DuckDBPyConnection, born: str, decided: str, minor: bool | None
) -> None:
    number = f"110105{born}0026"  # the age does not hang on the check digit
    row: Row = {"id_no": number, "counterparty_category": "自然人", "decision_date": decided}
    [derived] = _derive(con, CONTRACTS["admin_penalty"], [row]).to_dicts()
    assert derived["id_no__is_minor"] is minor
    told = [v for k, v in derived.items() if k != "id_no" and isinstance(v, str)]
    assert not any(born in text for text in told)
    assert not any(isinstance(v, date) and f"{v:%Y%m%d}" == born for v in derived.values())


def test_a_region_is_known_by_the_codes_of_all_years(con: duckdb.DuckDBPyConnection) -> None:
    # 崇文区 until 2010, 东城区 now, a residence permit of Taiwan, no such county, not 18 places
    regions = ["110103", "110101", "830000", "110199", ""]
    rows: list[Row] = [{"id_no": f"{r}199001010026" if r else "110101900101001"} for r in regions]
    derived = _derive(con, CONTRACTS["admin_permit"], rows)
    assert derived["id_no__region_known"].to_list() == [True, True, True, False, None]
