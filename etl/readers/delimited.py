"""Text tables (CSV, TSV): every field as text, every record with the line it starts on."""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from etl.formula_text import without_marks
from etl.readers.encoding import TextShape, detect_encoding, shape_of, transcode
from etl.readers.limits import (
    Limits,
    check_extent,
    check_lines,
    check_ragged,
    check_record,
    check_size,
)
from etl.readers.model import (
    RaggedRow,
    RawSheet,
    UnreadableFile,
    column_name,
    without_blank,
)

_DELIMITERS = ",\t;|"
_SAMPLE_RECORDS = 60
_BLOCK = 20_000
_BATCH = 131_072
_MAX_FIELD = 8 * 1024 * 1024
_GLOB = set("*?[")
# Below this the record-by-record road is done before DuckDB has started.
_FAST_FROM = 4 * 1024 * 1024


def read_delimited(path: Path, limits: Limits) -> RawSheet:
    """Read a text table in UTF-8, UTF-16 or GB18030 divided by comma, tab, semicolon or bar.

    Raises UnreadableFile: unknown encoding, an unclosed quote, too large.
    """
    check_size(path, path.stat().st_size, limits.text_bytes)
    encoding, skip = detect_encoding(path)
    with tempfile.TemporaryDirectory(prefix="citycredit-") as folder:
        text = path
        # DuckDB takes the characters of a pattern in a file name for a pattern.
        if encoding != "utf-8" or skip or _GLOB & set(str(path)):
            text = Path(folder) / "text.csv"
            transcode(path, encoding, skip, text)
        return _read_utf8(path, text, limits)


def _read_utf8(path: Path, text: Path, limits: Limits) -> RawSheet:
    shape = shape_of(text) if text.stat().st_size >= _FAST_FROM else None
    if shape is not None:
        check_lines(path, shape.longest_line, shape.lines, limits)
    delimiter, width = _layout(text)
    check_extent(path, "", 1, width, limits)
    rows = read_clean(text, delimiter, width, shape) if shape is not None else None
    ragged: tuple[RaggedRow, ...] = ()
    if rows is None:
        rows, ragged = read_any(path, text, delimiter, limits)
    rows = without_marks(without_blank(rows))
    if rows.is_empty():
        raise UnreadableFile(path.name, "文件里没有数据。请确认导出成功后重新报送。")
    return RawSheet("", rows, ragged=ragged, is_workbook=False)


def read_clean(text: Path, delimiter: str, width: int, shape: TextShape) -> pl.DataFrame | None:
    """Read a file in which each record is one physical line of `width` fields; else give None.

    DuckDB leaves out blank lines and joins quoted line breaks; both make fewer records than
    lines, so equal numbers prove that record n stands on line n.
    """
    # DuckDB drops blanks between a quote and the delimiter; they are part of the field.
    if shape.lone_returns or shape.has_nul or shape.has_blank_by_quote:
        return None
    columns = {column_name(k): "VARCHAR" for k in range(width)}
    query = (
        "select * from read_csv($path, delim = $delimiter, columns = $columns, header = false,"
        " auto_detect = false, quote = '\"', escape = '\"', strict_mode = true,"
        " null_padding = false, ignore_errors = false)"
    )
    with duckdb.connect() as con:
        try:
            found = con.sql(
                query, params={"path": str(text), "delimiter": delimiter, "columns": columns}
            )
            # Batch by batch, so that the file is not held twice; what is wrong far down is told
            # by Arrow.
            batches = [pl.DataFrame(batch) for batch in found.to_arrow_reader(_BATCH)]
        except (duckdb.Error, OSError, pa.ArrowException):
            return None
    rows = pl.concat(batches or [pl.DataFrame(schema=dict.fromkeys(columns, pl.String))])
    if rows.height != shape.lines:
        return None
    numbers = pl.Series("row_number", range(1, rows.height + 1), dtype=pl.Int64)
    return rows.insert_column(0, numbers)


def read_any(
    path: Path, text: Path, delimiter: str, limits: Limits
) -> tuple[pl.DataFrame, tuple[RaggedRow, ...]]:
    """Read any file record by record: line breaks in quotes, blank lines, ragged records."""
    blocks: list[pl.DataFrame] = []
    lengths: list[pl.DataFrame] = []
    records = _records(path, text, delimiter, limits)
    while block := list(itertools.islice(records, _BLOCK)):
        lengths.append(_lengths(block))
        columns = list(itertools.zip_longest(*(fields for _, fields in block)))
        series = [pl.Series("row_number", [line for line, _ in block], dtype=pl.Int64)]
        series += [
            pl.Series(column_name(k), cells, dtype=pl.Utf8) for k, cells in enumerate(columns)
        ]
        blocks.append(pl.DataFrame(series))
    told = pl.concat(lengths) if lengths else pl.DataFrame()
    if told.is_empty():
        return pl.DataFrame(schema={"row_number": pl.Int64}), ()
    expected = Counter(dict(told["fields"].value_counts().iter_rows())).most_common(1)[0][0]
    # Empty fields at the end shift nothing; DuckDB lets them pass too.
    ragged = told.filter((pl.col("fields") < expected) | (pl.col("filled") > expected))
    check_ragged(path, ragged.height, limits)
    odd = tuple(RaggedRow(line, fields, expected) for line, fields, _ in ragged.iter_rows())
    return pl.concat(blocks, how="diagonal"), odd


def _lengths(block: list[tuple[int, list[str]]]) -> pl.DataFrame:
    """Line, number of fields, number without the empty ones at the end, of each record."""
    return pl.DataFrame(
        [(line, len(fields), _filled(fields)) for line, fields in block if fields],
        schema={"line": pl.Int64, "fields": pl.Int32, "filled": pl.Int32},
        orient="row",
    )


def _filled(fields: list[str]) -> int:
    """Number of fields without the empty ones at the end."""
    filled = len(fields)
    while filled and not fields[filled - 1]:
        filled -= 1
    return filled


def _records(
    path: Path, text: Path, delimiter: str, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which the record starts, fields)."""
    csv.field_size_limit(_MAX_FIELD)
    last = start = 1
    with text.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for fields in reader:
                check_record(path, start, len(fields), limits)
                yield start, fields
                last, start = start, reader.line_num + 1
        except csv.Error as error:
            raise _unclosed(path, start) from error
    # A quote without its partner swallows everything up to the end into the last record.
    if _is_unclosed(text, delimiter, last):
        raise _unclosed(path, last)


def _is_unclosed(text: Path, delimiter: str, start: int) -> bool:
    with text.open(encoding="utf-8", newline="") as file:
        record = itertools.islice(file, start - 1, None)
        try:
            list(csv.reader(record, delimiter=delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end of data" in str(error)
    return False


def _unclosed(path: Path, line: int) -> UnreadableFile:
    return UnreadableFile(
        path.name,
        f"第 {line} 行有一个英文双引号没有成对，其后的内容无法分列。"
        "请补上或删去该引号，或用 Excel 打开核对后另存为 .xlsx 再报。",
    )


def _layout(text: Path) -> tuple[str, int]:
    """Return the delimiter that divides the first records most evenly, and their usual width."""
    csv.field_size_limit(_MAX_FIELD)
    best = (0, ",", 1)
    for delimiter in _DELIMITERS:
        with text.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            try:
                sample = [len(fields) for fields in itertools.islice(reader, _SAMPLE_RECORDS)]
            except csv.Error:
                continue
        for width, times in Counter(sample).items():
            score = times * (width - 1)
            if score > best[0]:
                best = (score, delimiter, width)
    return best[1], best[2]
