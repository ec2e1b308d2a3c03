"""Identifier rules on large samples, as the landing judges them, against python-stdnum.

200,000 codes and more of each kind: random ones, and ones shaped like real ones with their errors
(a wrong check character, two places swapped, another length). Where the library differs on purpose
(it knows no letters in front, wants a county of the year of birth, takes a birth to come) the
difference is tested by name.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent, InvalidFormat
from stdnum.iso7064 import mod_11_10

from expectations.rules import load_rules
from expectations.statements import terms_of
from tests.quality_support import CONTRACTS
from warehouse import sql_forms
from warehouse.codes import load_codes
from warehouse.identifiers import is_resident_id, is_uscc, normalise_uscc

SIZE = 200_000
TODAY = date(2026, 11, 22)
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of GB 32100
ALL_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REGIONS = [code for code in load_codes()["region"] if not code.endswith("00")]


def judged(codes: Iterable[str], expression: str) -> list[bool]:
    """What the landing's SQL says of normal forms."""
    frame = pl.DataFrame({"n": range(len(codes)), "code": codes})  # type: ignore[arg-type]
    with duckdb.connect() as con:
        con.register("sample", frame)
        rows = con.sql(f"select {expression} from sample order by n").fetchall()
    return [row[0] for row in rows]


def text(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))


def spoiled(rng: random.Random, code: str, alphabet: str) -> str:
    """The code with one of the mistakes that hands make."""
    place = rng.randrange(len(code) - 1)
    match rng.randrange(4):
        case 0:  # another character somewhere
            return code[:place] + rng.choice(alphabet) + code[place + 1 :]
        case 1:  # two neighbours swapped
            return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        case 2:  # another last character
            return code[:-1] + rng.choice(alphabet)
        case _:  # a character lost, or one too many
            return rng.choice([code[:place] + code[place + 1 :], code + rng.choice(alphabet)])


def sample(
    seed: int, alphabet: str, length: int, real: Callable[[random.Random], str]
) -> list[str]:
    """A quarter random, the rest shaped like real ones, half of these with a mistake."""
    rng = random.Random(seed)
    codes = [text(rng, alphabet, length) for _ in range(SIZE // 4)]
    for _ in range(SIZE * 3 // 8):
        code = real(rng)
        codes += [code, spoiled(rng, code, alphabet)]
    assert len(codes) == SIZE
    return codes


def differing(codes: list[str], ours: Iterable[object], theirs: Iterable[object]) -> list[str]:
    told = zip(codes, ours, theirs, strict=True)
    return [code for code, mine, other in told if mine is not other]


def real_uscc(rng: random.Random) -> str:
    front = rng.choice(("11", "12", "13", "19", "51", "52", "53", "91", "92", "93"))
    body = (
        front + rng.choice(REGIONS) + rng.choice(("MA", "MB", "60", "71")) + text(rng, LETTERS, 7)
    )
    return body + uscc.calc_check_digit(body)


def test_unified_codes_agree_with_the_library() -> None:
    codes = [
        code
        for code in sample(1, LETTERS, 18, real_uscc)
        if code[:2].isdigit()  # it knows no letters in front: tested by name below
    ]
    more = sample(2, LETTERS, 18, real_uscc)
    codes += [code for code in more if code[:2].isdigit()][: SIZE - len(codes)]
    assert len(codes) == SIZE
    ours = judged(codes, sql_forms.is_uscc("code"))
    assert differing(codes, ours, map(uscc.is_valid, codes)) == []
    assert SIZE // 4 < sum(ours) < SIZE * 3 // 4


def test_letters_in_front_of_a_unified_code_are_ours_alone() -> None:
    rng = random.Random(3)
    fronts = ("Y1", "N2", "N9", "A1")
    bodies = [rng.choice(fronts) + rng.choice(REGIONS) + text(rng, LETTERS, 9) for _ in range(2000)]
    codes = [body + uscc.calc_check_digit(body) for body in bodies]
    assert all(judged(codes, sql_forms.is_uscc("code")))
    for code in codes[:50]:
        with pytest.raises(InvalidFormat):
            uscc.validate(code)


def test_the_library_cleans_what_we_only_bring_to_normal_form_and_warn_about() -> None:
    raw = " ９１11-0000 600037341l "
    assert uscc.is_valid(raw)
    assert not is_uscc(raw)
    assert normalise_uscc(raw) == "91110000600037341L"


def test_neither_looks_at_the_organisation_code_inside() -> None:
    for code in ("91110105600037349T", "000000000000000000"):
        assert uscc.is_valid(code)
        assert is_uscc(code)


def organisation_check(body: str) -> str:
    """GB 11714-1997, written out: the library has no such number."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(ALL_LETTERS.index(c) * w for c, w in zip(body, weights, strict=True))
    return "0X987654321"[total % 11]


def test_organisation_codes_agree_with_the_standard() -> None:
    def real(rng: random.Random) -> str:
        body = text(rng, ALL_LETTERS, 8)
        return body + organisation_check(body)

    def is_right(code: str) -> bool:
        return len(code) == 9 and organisation_check(code[:8]) == code[8]

    codes = sample(4, ALL_LETTERS, 9, real)
    ours = judged(codes, sql_forms.is_org_code("code"))
    assert differing(codes, ours, map(is_right, codes)) == []
    assert SIZE // 4 < sum(ours) < SIZE * 3 // 4


def test_registration_numbers_agree_with_the_library() -> None:
    def real(rng: random.Random) -> str:
        body = rng.choice(REGIONS) + text(rng, "0123456789", 8)
        return body + mod_11_10.calc_check_digit(body)

    codes = sample(5, "0123456789", 15, real)
    ours = judged(codes, sql_forms.is_reg_no("code"))
    # Only numbers of 15 places are judged: older ones had 13.
    theirs = [mod_11_10.is_valid(code) if len(code) == 15 else None for code in codes]
    assert differing(codes, ours, theirs) == []
    assert SIZE // 4 < sum(x is True for x in ours) < SIZE * 3 // 4


def test_tax_numbers_have_the_form_of_one() -> None:
    rng = random.Random(6)
    alphabet = ALL_LETTERS + "abcxyz-号 "
    codes = [
        text(rng, rng.choice((ALL_LETTERS, "0123456789", alphabet)), rng.randint(13, 21))
        for _ in range(SIZE)
    ]
    [rule] = [rule for rule in load_rules() if rule.id == "G17"]
    [term] = terms_of(rule, CONTRACTS["admin_permit"])
    expression = term.violates.replace("tax_no__norm", "code")
    expected = [
        not (len(code) in (15, 17, 18, 20) and code.isascii() and code.isalnum()) for code in codes
    ]
    assert differing(codes, judged(codes, expression), expected) == []
    # A taxpayer's number of today is the unified code.
    assert judged(["91110000600037341L"], expression) == [False]


def real_resident(rng: random.Random) -> str:
    born = date(1949, 10, 1) + timedelta(rng.randrange(28_000))  # until May 2026
    body = f"{rng.choice(REGIONS)}{born:%Y%m%d}000"  # sequences begin with 001: nobody has these
    return body + ric.calc_check_digit(body + "0")


def has_place(number: str) -> bool:
    """Whether the library knows the county in the year of birth."""
    try:
        ric.get_birth_place(number)
    except (InvalidComponent, KeyError):  # a province without that county: it crashes
        return False
    return True


def right_but_for_the_place(number: str) -> bool:
    """The library's own steps without the county: form, check character, a real day."""
    if not (len(number) == 18 and number[:17].isdigit() and number[17] in "0123456789X"):
        return False
    try:
        ric.get_birth_date(number)
    except (InvalidComponent, ValueError):
        return False
    return bool(ric.calc_check_digit(number) == number[17])


def test_resident_ids_agree_with_the_library_but_for_the_county_of_the_year() -> None:
    codes = sample(7, "0123456789", 18, real_resident)
    born_later = {c for c in codes if c[6:14] > f"{TODAY:%Y%m%d}"}  # tested by name
    codes = [code for code in codes if code not in born_later]
    ours = judged(codes, sql_forms.is_resident_id("code", f"date '{TODAY}'"))
    assert differing(codes, ours, map(right_but_for_the_place, codes)) == []
    # Where it knows the county, the library says the same as a whole.
    placed = list(map(has_place, codes))
    known = [(code, mine) for code, mine, has in zip(codes, ours, placed, strict=True) if has]
    assert [code for code, mine in known if mine is not ric.is_valid(code)] == []
    assert sum(mine for _, mine in known) > SIZE // 10
    # And where it does not, ours are right all the same: counties of other years, of no year known.
    assert any(mine and not has for mine, has in zip(ours, placed, strict=True))


@pytest.mark.parametrize("number", ["440524188001010014", "511702198002221308"])
def test_a_county_of_another_year_is_ours_alone(number: str) -> None:
    assert is_resident_id(number, TODAY)
    assert judged([number], sql_forms.is_resident_id("code", f"date '{TODAY}'")) == [True]
    with pytest.raises(InvalidComponent):
        ric.validate(number)


def test_a_birth_to_come_is_the_librarys_alone() -> None:
    rng = random.Random(8)
    days = [TODAY + timedelta(rng.randrange(1, 9000)) for _ in range(2000)]
    bodies = [f"110101{day:%Y%m%d}000" for day in days]
    codes = [body + ric.calc_check_digit(body + "0") for body in bodies]
    assert all(map(ric.is_valid, codes))
    assert not any(judged(codes, sql_forms.is_resident_id("code", f"date '{TODAY}'")))


def test_residence_permits_of_hong_kong_macao_and_taiwan_are_ours_alone() -> None:
    for region in ("810000", "820000", "830000"):
        body = f"{region}19900101000"
        code = body + ric.calc_check_digit(body + "0")
        assert is_resident_id(code, TODAY)
        assert not ric.is_valid(code)
