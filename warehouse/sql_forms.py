"""SQL expressions that do to a column what `normalise`, `identifiers` and `masking` do to a text.

Each function takes and returns a DuckDB expression. They are built from the same constants as
their scalar twins and agree with them on the characters of `PLAIN`; other texts are folded in
Python once per distinct value (see `warehouse.derive`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from warehouse.identifiers import (
    ORG_CHECK,
    ORG_FORM,
    ORG_WEIGHTS,
    REG_FORM,
    RESIDENT_CHECK,
    RESIDENT_FORM,
    RESIDENT_WEIGHTS,
    USCC_ALPHABET,
    USCC_FORM,
    USCC_WEIGHTS,
)
from warehouse.normalise import (
    BLANK_WORDS,
    CHINESE_QUARTERS,
    DATE_TOKEN,
    MARKS,
    MONTH_DAY,
    NUMBER,
    PERIOD_NUMBER,
    PERIOD_RESTS,
    PERIOD_YEAR,
    SEPARATORS,
    TIME_TAIL,
    VARIANTS,
    VARIANTS_BECOME,
)

# Wide characters that Chinese prose is full of, and what NFKC makes of them.
_WIDE = "（），：；！？\u3000"
_NARROW = "(),:;!? "
_BLANKS = " \t\n\r"

# What follows the year in a period's normal form.
_MONTH = "-(?:0[1-9]|1[0-2])"
_WEEK = "-W(?:0[1-9]|[1-4][0-9]|5[0-3])"

# The commonest variants in document numbers; the others are rare and share one slow path.
_COMMON_VARIANTS = "〔〕"

PLAIN = rf"[\t\n\r -~·×–—‘’“”、-。〈-】〔〕㐀-䶿一-鿿{_WIDE}]*"
"""Texts whose normal forms plain SQL finds: NFKC changes nothing in them but `_WIDE`."""


def literal(text: str) -> str:
    """Return a text of this module's constants as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def is_plain(text: str) -> str:
    """Whether SQL alone can fold the text."""
    return f"regexp_full_match({text}, {literal(PLAIN)})"


def unless_blank(folded: str) -> str:
    """`normalise.code_key` of a folded plain text.

    A regular expression, since DuckDB makes a join of every longer `in` list.
    """
    words = "|".join(map(re.escape, BLANK_WORDS))
    return (
        f"case when not regexp_full_match({folded}, {literal(f'(?:{words})?')}) then {folded} end"
    )


def fold(text: str) -> str:
    """`normalise.fold` of a plain text. Seeing that nothing is to be done is the usual case."""
    is_needed = literal(f"[{_WIDE}]|^[{_BLANKS}]|[{_BLANKS}]$")
    narrow = f"trim({_replaced(text, _WIDE, _NARROW)}, {literal(_BLANKS)})"
    return f"case when regexp_matches({text}, {is_needed}) then {narrow} else {text} end"


def name(folded: str) -> str:
    """`normalise.name_key` of a folded plain text."""
    rest = "".join(c for c in VARIANTS if c not in _COMMON_VARIANTS)
    becomes = "".join(VARIANTS_BECOME[VARIANTS.index(c)] for c in rest)
    common = _replaced(folded, _COMMON_VARIANTS, "()")
    is_needed = literal(rf"[\sa-z{re.escape(rest)}]")
    one_form = f"translate({common}, {literal(rest)}, {literal(becomes)})"
    thorough = rf"upper(regexp_replace({one_form}, '\s+', '', 'g'))"
    return f"case when regexp_matches({common}, {is_needed}) then {thorough} else {common} end"


def identifier(folded: str) -> str:
    """`normalise.identifier_key` of a folded plain text."""
    bare = f"regexp_replace({folded}, {literal(SEPARATORS)}, '', 'g')"
    return f"upper(coalesce(nullif({bare}, ''), {folded}))"


def day(folded: str) -> str:
    """`normalise.parse_date` of a folded text."""
    year = f"left({folded}, 4)"
    month, day_of_month = (
        f"regexp_extract({folded}, {literal(MONTH_DAY)}, {group})" for group in (1, 2)
    )
    # Python knows no year 0, DuckDB does.
    is_date = f"regexp_full_match({folded}, {literal(DATE_TOKEN + TIME_TAIL)}) and {year} <> '0000'"
    built = f"{year} || '-' || {month} || '-' || {day_of_month}"
    return f"case when {is_date} then try_cast({built} as date) end"


def moment(folded: str, parsed: str) -> str:
    """`normalise.moment_key` of a folded text and its parsed day."""
    rest = f"regexp_extract({folded}, {literal(f'^{DATE_TOKEN}(.*)')}, 1)"
    return f"coalesce(trim(strftime({parsed}, '%Y-%m-%d') || ' ' || trim({rest})), {folded})"


def number(folded: str) -> str:
    """`normalise.parse_number` of a folded text."""
    cast = f"try_cast(replace({folded}, ',', '') as double)"
    is_number = f"regexp_full_match({folded}, {literal(NUMBER)})"
    return f"case when {is_number} and isfinite({cast}) then {cast} end"


def period(folded: str) -> str:
    """`normalise.period_key` of a folded text."""
    year, rest = f"left({folded}, 4)", f"substr({folded}, 5)"
    number = f"regexp_extract({rest}, {literal(PERIOD_NUMBER)})"
    quarter = f"translate({number}, {literal(CHINESE_QUARTERS)}, '1234')"
    forms = {
        "month": f"{year} || '-' || lpad({number}, 2, '0')",
        "quarter": f"{year} || '-Q' || {quarter}",
        "week": f"{year} || '-W' || lpad({number}, 2, '0')",
        "year": year,
    }
    cases = " ".join(
        f"when regexp_full_match({folded}, {literal(f'{PERIOD_YEAR}(?:{PERIOD_RESTS[kind]})')}) "
        f"then {form}"
        for kind, form in forms.items()
    )
    return f"case {cases} else {folded} end"


def period_start(label: str) -> str:
    """`normalise.period_days` of a period's normal form: its first day; null if it is none."""
    year = f"cast(left({label}, 4) as integer)"
    number = f"cast(substr({label}, 7) as integer)"
    month = f"cast(substr({label}, 6) as integer)"
    monday = f"cast(date_trunc('week', make_date({year}, 1, 4)) as date) + 7 * ({number} - 1)"
    return (
        f"case when {_is_label(label, '')} then make_date({year}, 1, 1) "
        f"when {_is_label(label, _MONTH)} then make_date({year}, {month}, 1) "
        f"when {_is_label(label, '-Q[1-4]')} then make_date({year}, 3 * {number} - 2, 1) "
        f"when {_is_label(label, _WEEK)} then {monday} end"
    )


def period_end(label: str) -> str:
    """The same: its last day."""
    after = (
        f"case when {_is_label(label, '')} then interval 1 year "
        f"when {_is_label(label, _MONTH)} then interval 1 month "
        f"when {_is_label(label, '-Q[1-4]')} then interval 3 month else interval 7 day end"
    )
    return f"cast({period_start(label)} + {after} - interval 1 day as date)"


def _is_label(label: str, rest: str) -> str:
    return f"regexp_full_match({label}, {literal(PERIOD_YEAR + rest)})"


def passage(folded: str) -> str:
    """`normalise.passage_key` of a folded text."""
    return f"nullif(regexp_replace({folded}, {literal(MARKS)}, '', 'g'), '')"


def is_uscc(code: str) -> str:
    """`identifiers.is_uscc`."""
    total = _weighted(code, USCC_ALPHABET, USCC_WEIGHTS)
    check = f"substr({literal(USCC_ALPHABET)}, 1 + (31 - {total} % 31) % 31, 1)"
    return _checked(code, USCC_FORM, f"{check} = substr({code}, 18, 1)")


def is_org_code(code: str) -> str:
    """`identifiers.is_org_code`."""
    total = _weighted(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", ORG_WEIGHTS)
    check = f"substr({literal(ORG_CHECK)}, 12 - {total} % 11, 1)"
    return _checked(code, ORG_FORM, f"{check} = substr({code}, 9, 1)")


def is_reg_no(code: str) -> str:
    """`identifiers.is_reg_no`, null unless 15 digits."""
    carry = "10"
    for place in range(1, 15):
        # (n + 9) % 10 + 1 is n modulo 10 with 10 in the place of 0.
        carry = f"(((({carry} + {_digit(code, place)} + 9) % 10) + 1) * 2 % 11)"
    is_valid = f"({carry} + {_digit(code, 15)}) % 10 = 1"
    return f"case when regexp_full_match({code}, {literal(REG_FORM)}) then {is_valid} end"


def is_resident_id(code: str, today: str) -> str:
    """`identifiers.is_resident_id`."""
    total = _weighted(code, "0123456789", RESIDENT_WEIGHTS)
    check = f"substr({literal(RESIDENT_CHECK)}, 1 + {total} % 11, 1)"
    is_born = f"coalesce({_born(code)} <= {today}, false)"
    return _checked(code, RESIDENT_FORM, f"{check} = substr({code}, 18, 1) and {is_born}")


def is_minor(code: str, day: str) -> str:
    """`identifiers.is_minor`: null where the number tells no day of birth, or there is no day."""
    return of_resident_form(code, f"{_born(code)} + interval 18 year > {day}")


def of_resident_form(code: str, predicate: str) -> str:
    """A predicate about 18 characters in the form of a resident id; null for anything else."""
    is_formed = f"regexp_full_match({code}, {literal(RESIDENT_FORM)})"
    return f"case when {is_formed} then {predicate} end"


def _born(code: str) -> str:
    """`identifiers.birth_date` of what has the form of a resident id."""
    year, month, day_of_month = (
        f"substr({code}, {start}, {length})" for start, length in ((7, 4), (11, 2), (13, 2))
    )
    # Python knows no year 0, DuckDB does.
    born = f"try_cast({year} || '-' || {month} || '-' || {day_of_month} as date)"
    return f"case when {year} <> '0000' then {born} end"


def keyed_hash(text: str, inner_pad: str, outer_pad: str) -> str:
    """`masking.IdentityHash`: HMAC-SHA256 (RFC 2104) of a normal form, in hex."""
    inner = f"unhex(sha256({inner_pad} || encode({text})))"
    return f"sha256({outer_pad} || {inner})"


def mask_name(folded: str) -> str:
    """`masking.mask_name` of a folded text."""
    return f"left({folded}, 1) || '*'"


def mask_id(folded: str) -> str:
    """`masking.mask_id` of a folded text."""
    length = f"length({folded})"
    short = f"left({folded}, 1) || repeat('*', {length} - 1)"
    long = f"left({folded}, 3) || repeat('*', {length} - 7) || right({folded}, 4)"
    return f"case when {length} <= 8 then {short} else {long} end"


def _replaced(text: str, characters: str, become: str) -> str:
    for character, other in zip(characters, become, strict=True):
        text = f"replace({text}, {literal(character)}, {literal(other)})"
    return text


def _checked(code: str, form: str, is_right: str) -> str:
    """Null for null, false for a wrong form, else the check."""
    is_formed = f"regexp_full_match({code}, {literal(form)})"
    return f"case when {code} is null then null when {is_formed} then {is_right} else false end"


def _weighted(code: str, alphabet: str, weights: Sequence[int]) -> str:
    terms = (
        f"{weight} * (strpos({literal(alphabet)}, substr({code}, {place}, 1)) - 1)"
        for place, weight in enumerate(weights, start=1)
    )
    return "(" + " + ".join(terms) + ")"


def _digit(code: str, place: int) -> str:
    return f"(ascii(substr({code}, {place}, 1)) - 48)"
