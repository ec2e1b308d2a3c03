"""Identifier checks against the standards' own vectors and, where it is right, python-stdnum."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent, InvalidFormat
from stdnum.iso7064 import mod_11_10

from warehouse.identifiers import (
    ORG_CHECK,
    ORG_WEIGHTS,
    PLACEHOLDER_USCC,
    RESIDENT_CHECK,
    RESIDENT_WEIGHTS,
    USCC_ALPHABET,
    birth_date,
    is_org_code,
    is_reg_no,
    is_resident_id,
    is_uscc,
    normalise_uscc,
)

TODAY = date(2026, 11, 22)

VALID_USCC = [
    "91110000600037341L",
    "91330106673959654P",
    "91440300708461136T",
    "91110108551385082Q",
    "911101085923662400",
    "91350100M000100Y43",
    "91230500MA1B3N1N2M",
    "91320105780688132K",
    "11420000MB15291767",
    "91310000132206289R",
    "914403001922038216",
    "9144030071526726XG",
    "913301065526808764",
    "91340621MA2PBPLU08",
    "91340621MA2PBPDT1J",
    "91340600MA2PBN188W",
    "92340621MA2PBM6286",
    "92340621MA2PBLX27E",
    "92340604MA2PBPXJ71",
]


@pytest.mark.parametrize("code", VALID_USCC)
def test_valid_uscc_and_the_organisation_code_inside(code: str) -> None:
    assert is_uscc(code)
    assert uscc.is_valid(code)
    assert is_org_code(code[8:17])


@pytest.mark.parametrize("code", ["91310115MA1G4L1WXK", PLACEHOLDER_USCC])
def test_invalid_uscc(code: str) -> None:
    assert not is_uscc(code)
    assert not uscc.is_valid(code)


def test_right_check_digit_around_a_wrong_organisation_code() -> None:
    assert is_uscc("91110105600037349T")
    assert not is_org_code("600037349")


@pytest.mark.parametrize(
    "code",
    ["", "9111000060003734L", "91110000600037341L0", "9111000O600037341L", "911100006000373４1L"],
)
def test_malformed_uscc(code: str) -> None:
    assert not is_uscc(code)


def test_letter_in_second_place_is_allowed_where_stdnum_refuses() -> None:
    assert is_uscc("N2110105MF1234565A")
    with pytest.raises(InvalidFormat):
        uscc.validate("N2110105MF1234565A")


@given(st.text(alphabet=USCC_ALPHABET, min_size=9, max_size=9), st.integers(0, 99_999_999))
def test_uscc_check_digit_is_that_of_stdnum(body: str, front: int) -> None:
    code = f"{front:08d}{body}"
    valid = code + uscc.calc_check_digit(code)
    assert is_uscc(valid)
    assert [c for c in USCC_ALPHABET if is_uscc(code + c)] == [valid[-1]]


def test_normal_form_repairs_writing_only() -> None:
    assert normalise_uscc(" ９１11-0000 600037341l ") == "91110000600037341L"
    assert normalise_uscc("无") is None
    assert normalise_uscc("--") == "--"


@pytest.mark.parametrize("code", ["D2143569X", "600037341", "MB1529176"])
def test_valid_org_code(code: str) -> None:
    assert is_org_code(code)


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_org_code_has_one_check_character(body: str) -> None:
    # Written out from GB 11714: 11 minus the weighted sum modulo 11, 10 as X and 11 as 0.
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, ORG_WEIGHTS, strict=True)) % 11
    right = {10: "X", 11: "0"}.get(rest, str(rest))
    assert [c for c in sorted(set(ORG_CHECK)) if is_org_code(body + c)] == [right]


@pytest.mark.parametrize(
    "number", ["110108000000016", "440301103097413", "440301103448669", "330100400013364"]
)
def test_valid_reg_no(number: str) -> None:
    assert is_reg_no(number)


@given(st.text(alphabet="0123456789", min_size=15, max_size=15))
def test_reg_no_is_mod_11_10(number: str) -> None:
    assert is_reg_no(number) == mod_11_10.is_valid(number)


@pytest.mark.parametrize("number", ["1101080000000", "11010800000001６", "11010800000001A"])
def test_reg_no_of_another_form_is_not_valid(number: str) -> None:
    assert not is_reg_no(number)


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "440524188001010014", "11010119900307803X", "360426199101010071"],
)
def test_valid_resident_id(number: str) -> None:
    assert is_resident_id(number, TODAY)


@pytest.mark.parametrize(
    "number",
    [
        "110105194902310026",  # right check digit, 31 February
        "110105194913310021",  # right check digit, month 13
        "110105194912310021",  # wrong check digit
        "110105491231002",  # the old form of 15 places
        "11010519491231002x",  # not yet in normal form
        "110105000012310025",
    ],
)
def test_invalid_resident_id(number: str) -> None:
    assert not is_resident_id(number, TODAY)


@pytest.mark.parametrize("number", ["440524188001010014", "511702198002221308"])
def test_county_of_another_time_is_allowed_where_stdnum_refuses(number: str) -> None:
    assert is_resident_id(number, TODAY)
    with pytest.raises(InvalidComponent):
        ric.validate(number)


def test_birth_in_the_future_is_refused_where_stdnum_allows() -> None:
    number = "110101202701010010"
    assert ric.is_valid(number)
    assert not is_resident_id(number, TODAY)
    assert is_resident_id(number, date(2027, 1, 1))  # the day itself is not the future


def test_residence_permit_of_taiwan_is_allowed_where_stdnum_refuses() -> None:
    body = "83000019800101001"
    number = body + ric.calc_check_digit(body + "0")
    assert is_resident_id(number, TODAY)
    assert not ric.is_valid(number)


@given(
    st.dates(date(1900, 1, 1), date(2026, 11, 22)), st.integers(0, 999), st.integers(110000, 659999)
)
def test_resident_id_has_one_check_character(born: date, order: int, county: int) -> None:
    body = f"{county}{born:%Y%m%d}{order:03d}"
    assert len(body) == len(RESIDENT_WEIGHTS)
    right = ric.calc_check_digit(body + "0")
    assert [c for c in RESIDENT_CHECK if is_resident_id(body + c, TODAY)] == [right]
    assert birth_date(body + right) == born
