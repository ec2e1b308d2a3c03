"""Rows of penalties as files have them, and the cells of a natural person."""

from __future__ import annotations

from tests.files import titles
from tests.quality_support import PENALTY
from tests.reference.identifiers import ID_CHECKS, ID_WEIGHTS
from tests.semantics.rows import MARKET, Row, uscc
from warehouse.contracts import load_contracts

CODE = "行政相对人代码_1(统一社会信用代码)"
NAME = "行政相对人名称"
CONTRACTS = load_contracts()


def person_id(birth: str) -> str:
    """A resident id of the sequence 000 with its check character (GB 11643)."""
    body = f"990000{birth}000"
    total = sum(int(c) * w for c, w in zip(body, ID_WEIGHTS, strict=True))
    return body + ID_CHECKS[total % 11]


def person(name: str, birth: str) -> dict[str, str]:
    """The cells of a natural person as counterparty."""
    return {
        NAME: name,
        "行政相对人类别": "自然人",
        CODE: "",
        "法定代表人": "",
        "证件类型": "身份证",
        "证件号码": person_id(birth),
    }


def penalty(serial: int, **cells: str) -> Row:
    """A penalty of a fine against company ``serial``, decided and published in June 2022."""
    by_title = {c.title: PENALTY.get(c.field, "") for c in CONTRACTS["admin_penalty"].columns}
    own = {
        NAME: f"示例第{serial}商贸有限公司",
        CODE: uscc("91", serial),
        "法定代表人": "张示一",
        "行政处罚决定书文号": f"示市监罚字〔2022〕{serial}号",
        "处罚决定日期": "2022/06/01",
        "处罚有效期": "2023/06/01",
        "公示截止期": "",
        "公示时间": "2022/06/03",
        "处罚机关": MARKET[0],
        "处罚机关统一社会信用代码": MARKET[1],
        "数据来源单位": MARKET[0],
        "数据来源单位统一社会信用代码": MARKET[1],
    }
    return {t: by_title[t] for t in titles("admin_penalty")} | own | cells
