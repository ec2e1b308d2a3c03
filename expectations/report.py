"""The gate's verdict as one page of HTML. Holds everything itself: no script, no remote file."""

from __future__ import annotations

from html import escape
from pathlib import Path

import duckdb

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>发布前核验</title>
<style>
body {{ font: 15px/1.6 sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }}
.failed {{ background: #fdecea; }}
</style>
</head>
<body>
<h1>发布前核验：{verdict}</h1>
<p>共核验 {total} 项，未通过 {failed} 项。数据中的错误不影响发布，只有系统自身的问题才会拦下。</p>
<table>
<thead><tr><th>结果</th><th>范围</th><th>核验项</th><th>对象</th><th>含义</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""
_ROW = (
    '<tr class="{css}"><td>{word}</td><td>{suite}</td><td>{expectation}</td>'
    "<td>{subject}</td><td>{detail}</td></tr>"
)


def render_data_docs(con: duckdb.DuckDBPyConnection, out_dir: Path) -> Path:
    """Write `index.html` about `meta.gate_results` into a folder; gives its path."""
    results = con.sql(
        "select suite, expectation, subject, success, detail from meta.gate_results "
        "order by success, suite, subject"
    ).fetchall()
    rows = [
        _ROW.format(
            css="passed" if success else "failed",
            word="通过" if success else "未通过",
            suite=escape(suite),
            expectation=escape(expectation),
            subject=escape(subject),
            detail=escape(detail),
        )
        for suite, expectation, subject, success, detail in results
    ]
    failed = sum(not row[3] for row in results)
    page = _PAGE.format(
        verdict="未通过" if failed else "通过",
        total=len(results),
        failed=failed,
        rows="\n".join(rows),
    )
    out_dir.mkdir(parents=True, exist_ok=True)
    target = out_dir / "index.html"
    target.write_text(page, encoding="utf-8")
    return target
