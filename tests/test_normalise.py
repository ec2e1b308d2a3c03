"""Normal forms, masks and the keyed hash of single texts."""

import hashlib
import hmac
from datetime import date

import pytest

from warehouse.masking import (
    IdentityHash,
    is_identified_person,
    is_natural_person,
    mask_id,
    mask_name,
    mask_party,
)
from warehouse.normalise import (
    code_key,
    document_no_key,
    identifier_key,
    is_blank,
    moment_key,
    name_key,
    parse_date,
    parse_number,
    passage_key,
    period_days,
    period_key,
)


@pytest.mark.parametrize(
    "text", [None, "", " \t\n", "　", "无", " 无 ", "/", "-", "null", "NULL", "—", "／", "\u00a0"]
)
def test_blank(text: str | None) -> None:
    assert is_blank(text)
    assert code_key(text) is None
    assert name_key(text) is None
    assert document_no_key(text) is None
    assert identifier_key(text) is None
    assert parse_date(text) is None
    assert mask_name(text) is None
    assert mask_id(text) is None


@pytest.mark.parametrize("text", ["0", "无效", "--", "Null", "/ /"])
def test_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    "text", ["示例（集团）公司", "示例(集团)公司", " 示例 【集团】公司\n", "示例〔集团〕公司"]
)
def test_names_with_any_brackets_are_one(text: str) -> None:
    assert name_key(text) == "示例(集团)公司"


@pytest.mark.parametrize(
    "text",
    [
        "示市监罚字〔2022〕1-2号",
        "示市监罚字[2022]1—2号",
        "示市监罚字（2022）1－2号",
        "示市监罚字(2022) 1–2 号",
        "示市监罚字【２０２２】1-2号",
        "示市监罚字［2022］1-2号",
    ],
)
def test_document_numbers_in_any_writing_are_one(text: str) -> None:
    assert document_no_key(text) == "示市监罚字(2022)1-2号"


def test_trailing_hao_is_part_of_the_number() -> None:
    assert document_no_key("示〔2022〕1") != document_no_key("示〔2022〕1号")


@pytest.mark.parametrize(
    "text",
    [
        "2022/06/03",
        "2022/6/3",
        "2022-06-03",
        "2022.6.3",
        "20220603",
        "2022年6月3日",
        "2022年06月03日 10时15分",
        "２０２２／６／３",
        " 2022-06-03 10:15:59.123 ",
        "2022-06-03T10:15:59Z",
        "2022/06/03 0:00",
    ],
)
def test_days_in_any_writing_are_one(text: str) -> None:
    assert parse_date(text) == date(2022, 6, 3)


@pytest.mark.parametrize(
    "text",
    ["2022/02/29", "2022/13/01", "2022/06", "2022/06-03", "长期", "44715", "22/6/3", "0000/01/01"],
)
def test_no_real_day(text: str) -> None:
    assert parse_date(text) is None


def test_leap_day() -> None:
    assert parse_date("2024/2/29") == date(2024, 2, 29)


def test_moments_keep_their_time() -> None:
    assert moment_key("2022/6/3 10:15") == "2022-06-03 10:15"
    assert moment_key("2022年6月3日") == "2022-06-03"
    assert moment_key("昨天") == "昨天"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.5", 0.5), ("1,234.5", 1234.5), ("５０", 50.0), (".5", 0.5), ("-3", -3.0), ("1e-3", 0.001)],
)
def test_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["5万元", "1,23", "", "无", "1e999", "nan", "1 2", "."])
def test_no_numbers(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "label", "first", "last"),
    [
        ("2020-06", "2020-06", date(2020, 6, 1), date(2020, 6, 30)),
        (" 2020年6月 ", "2020-06", date(2020, 6, 1), date(2020, 6, 30)),
        ("202002", "2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020.10", "2020-10", date(2020, 10, 1), date(2020, 10, 31)),
        # What Excel makes of 2020-06: the first of the month. Any other day is no period.
        ("2020/6/1", "2020-06", date(2020, 6, 1), date(2020, 6, 30)),
        ("2020-12-01 00:00:00", "2020-12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2020-Q4", "2020-Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020年第二季度", "2020-Q2", date(2020, 4, 1), date(2020, 6, 30)),
        ("２０２０年度", "2020", date(2020, 1, 1), date(2020, 12, 31)),
        # ISO weeks: 2018 began on a Monday; the first week of 2021 began on 4 January.
        ("2018-W01", "2018-W01", date(2018, 1, 1), date(2018, 1, 7)),
        ("2021年第1周", "2021-W01", date(2021, 1, 4), date(2021, 1, 10)),
    ],
)
def test_periods(text: str, label: str, first: date, last: date) -> None:
    assert period_key(text) == label
    assert period_days(label) == (first, last)


@pytest.mark.parametrize(
    "text", ["Jun-20", "2020-13", "2020-00", "2020.1", "2020-06-15", "2020-Q5", "6月", "上半年"]
)
def test_no_periods(text: str) -> None:
    # 2020.1 may be January or what Excel leaves of 2020.10.
    assert period_key(text) == text
    assert period_days(text) is None


def test_texts_are_compared_by_letters_and_digits() -> None:
    assert passage_key("六月 14 日，\n开展“诚信”宣传（一）。") == "六月14日开展诚信宣传一"
    assert passage_key("……") is None
    assert passage_key(" 无 ") is None


def test_masks() -> None:
    assert mask_name("张三丰") == "张*"
    assert mask_id("11010519491231002X") == "110***********002X"
    assert mask_id("E1234567") == "E*******"  # three and four would leave one character hidden


@pytest.mark.parametrize(
    ("category", "uscc", "expected"),
    [
        ("自然人", None, True),
        ("自然人", "91110000600037341L", True),
        ("法人及非法人组织", None, False),
        ("个体工商户", "无", False),
        ("公司", None, True),  # unknown category, no code: protected
        (None, "91110000600037341L", False),
        (None, " ", True),
    ],
)
def test_natural_person(category: str | None, uscc: str | None, expected: bool) -> None:
    assert is_natural_person(category, uscc) is expected
    assert mask_party("张三", category, uscc) == ("张*" if expected else "张三")


def test_identified_person() -> None:
    assert is_identified_person(None, "11010519491231002X", "示例商贸有限公司")
    assert not is_identified_person("91110000600037341L", "11010519491231002X", "张三")
    assert not is_identified_person(None, "无", "示例商贸有限公司")
    # Without any number the name decides: four characters are a person's, five a firm's.
    assert is_identified_person(None, None, "欧阳小明")
    assert not is_identified_person(None, None, "示例机械厂")
    assert is_identified_person(None, None, "阿依古丽·买买提")
    assert not is_identified_person(None, None, " 无 ")


@pytest.mark.parametrize("key", [b"short", b"k" * 64, b"longer than a block " * 9])
def test_identity_hash_is_hmac_sha256_of_the_normal_form(key: bytes) -> None:
    normal = "11010519491231002X"
    expected = hmac.new(key, normal.encode(), hashlib.sha256).hexdigest()
    assert IdentityHash(key)(" 110105-19491231-002x") == expected
    inner, outer = IdentityHash(key).pads()
    digest = hashlib.sha256(inner + normal.encode()).digest()
    assert hashlib.sha256(outer + digest).hexdigest() == expected


def test_identity_hash_hides_its_key_and_needs_one() -> None:
    assert "secret" not in repr(IdentityHash(b"secret"))
    assert IdentityHash(b"secret")("无") is None
    with pytest.raises(ValueError, match="密钥为空"):
        IdentityHash(b"")
