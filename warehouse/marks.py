"""The mark that everything made from sample data wears: pages, pictures and files alike."""

SAMPLE_MARK = "演示数据 · 纯属虚构，不代表任何单位"
SAMPLE_WORD = "演示数据"
NOTE_COLUMN = "数据说明"
"""The column at the end of a table for download that says what it is."""
