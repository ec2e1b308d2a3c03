"""Tables of the pages: what the browser would cut gets its room."""

from __future__ import annotations

import polars as pl

from dashboard.components.tables import wide_columns


def test_a_word_that_is_longer_than_the_rest_gets_its_room() -> None:
    states = ["✓ 按时"] * 9 + ["△ 零报送（迟）"]
    gaps = [""] * 9 + ["超 15 个工作日"]
    shown = pl.DataFrame(
        {"状态": states, "差": gaps, "单位": ["示例单位01"] * 10, "行号": [1] * 10}
    )
    # A Chinese sign takes 13 pixels, a blank or a digit 7, the edges of a cell 18. The first has
    # seven signs and a blank, the second five signs, two blanks and two digits.
    assert wide_columns(shown) == {"状态": 7 * 13 + 7 + 18, "差": 5 * 13 + 4 * 7 + 18}


def test_long_texts_are_left_to_the_browser() -> None:
    # Fifteen signs would take 195 pixels, more than a column of words.
    assert wide_columns(pl.DataFrame({"说明": ["", "没" * 15]})) == {}
    assert wide_columns(pl.DataFrame({"说明": ["", "没" * 13]})) == {"说明": 13 * 13 + 18}


def test_columns_of_like_words_and_empty_tables_are_left_to_the_browser() -> None:
    assert wide_columns(pl.DataFrame({"灯": ["✓ 达标", "✕ 未达标"], "现值": ["—", None]})) == {}
    assert wide_columns(pl.DataFrame(schema={"灯": pl.Utf8})) == {}
