"""Blank workbooks: what they hold is what the contract asks for and what intake recognises."""

from pathlib import Path

import openpyxl
import pytest

from etl.templates import GUIDE_HEADERS, GUIDE_SHEET, write_templates
from warehouse.contracts import Contract, load_contracts

CONTRACTS = load_contracts()


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    written = write_templates(tmp_path_factory.mktemp("out") / "new", CONTRACTS)
    return dict(zip(CONTRACTS, written, strict=True))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)
def test_headers_are_the_contract_and_are_recognised(
    paths: dict[str, Path], contract: Contract
) -> None:
    book = openpyxl.load_workbook(paths[contract.ledger])
    [headers] = book.worksheets[0].iter_rows(values_only=True)
    assert list(headers) == [c.title for c in contract.columns]
    assert contract.match(headers) == list(contract.fields)
    scores = {ledger: other.recognises(headers) for ledger, other in CONTRACTS.items()}
    assert max(scores, key=lambda ledger: scores[ledger]) == contract.ledger
    assert contract.standard_of(headers) is contract.standards[0]
    assert contract.missing(headers, contract.standards[0]) == []


def test_identifiers_are_text_and_codes_are_offered(paths: dict[str, Path]) -> None:
    contract = CONTRACTS["admin_permit"]
    sheet = openpyxl.load_workbook(paths["admin_permit"]).worksheets[0]
    formats = {
        field: sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].number_format
        for n, field in enumerate(contract.fields, start=1)
    }
    assert {formats[f] for f in ("uscc", "reg_no", "id_no", "document_no", "tax_no")} == {"@"}
    assert formats["decision_date"] == "yyyy/mm/dd"
    offered = {
        str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation
    }
    assert offered["B2"] == '"法人及非法人组织,个体工商户,自然人"'
    assert sheet.freeze_panes == "B2"


def test_guide_explains_every_column(paths: dict[str, Path]) -> None:
    contract = CONTRACTS["admin_penalty"]
    rows = openpyxl.load_workbook(paths["admin_penalty"])[GUIDE_SHEET].iter_rows(values_only=True)
    header, *lines = rows
    assert header == GUIDE_HEADERS
    by_title = {line[0]: line for line in lines}
    assert list(by_title) == [c.title for c in contract.columns]
    assert by_title["行政处罚决定书文号"][2] == "必填"
    assert by_title["证件号码"][2] == "自然人必填；法人及非法人组织、个体工商户留空"
    assert "通报批评" in by_title["处罚类别"][4]
    assert all(line[1] for line in lines)


def test_writing_again_replaces(tmp_path: Path) -> None:
    one = {"submission": CONTRACTS["submission"]}
    assert write_templates(tmp_path, one) == write_templates(tmp_path, one)
    assert [p.name for p in tmp_path.iterdir()] == ["报送记录模板.xlsx"]
