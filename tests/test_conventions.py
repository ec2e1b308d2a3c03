"""What all files of a kind have in common. Each test lists the offending `file:line` places."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from warehouse.models import LAYERS, load_models

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("warehouse", "expectations", "etl", "dashboard")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
SQL_FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.sql"))
MODELS = sorted((ROOT / "warehouse" / "models").rglob("*.sql"))
TEXT_SUFFIXES = {".py", ".sql", ".toml", ".md", ".csv", ".css", ".yaml", ".sh", ".lock", ""}

# Who may ask the wall clock, and what for. Everything else is told the day.
CLOCK_READERS = {
    "warehouse/home.py": "created_at",
    "warehouse/journal.py": "the _at of events",
    "warehouse/store.py": "published_at, lock waits",
    "warehouse/files.py": "waits",
    "etl/landing.py": "landed_at",
    "etl/build.py": "built_at",
    "etl/cli.py": "the edge: today is the last resort for a received date",
    "etl/edge.py": "the edge: today is the last resort for a received date",
    "etl/logs.py": "stamps of log lines",
}
CLOCK_CALLS = {
    *("date.today", "datetime.today", "datetime.now", "datetime.utcnow"),
    *("time.time", "time.localtime", "time.gmtime", "time.strftime", "Timestamp.now"),
}
CLOCK_SQL = re.compile(
    r"\b(current_date|current_timestamp|localtimestamp|(now|today|get_current_timestamp) ?\(\s*\))",
    re.IGNORECASE,
)

# Functions that DuckDB and Spark both have, with one meaning; a model needs no other.
PORTABLE_FUNCTIONS = {
    *("AND", "OR", "CASE", "IF", "COALESCE", "NULLIF", "CAST", "EXISTS"),
    *("COUNT", "SUM", "MIN", "MAX", "AVG", "COUNT_IF", "MEDIAN", "LOGICAL_OR", "LOGICAL_AND"),
    *("ROW_NUMBER", "RANK", "DENSE_RANK", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE"),
    *("CONCAT", "CONCAT_WS", "LOWER", "UPPER", "TRIM", "SUBSTRING", "LENGTH", "REPLACE", "LPAD"),
    *("STARTS_WITH", "ABS", "ROUND", "FLOOR", "CEIL", "GREATEST", "LEAST"),
    *("YEAR", "MONTH", "DAY", "QUARTER", "TIMESTAMP_TRUNC", "DATE_TRUNC"),
}


def place(path: Path, line: int | None = None) -> str:
    """`file:line`, as an editor understands it."""
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def find_nodes(test: Callable[[ast.AST], bool]) -> list[tuple[Path, ast.AST]]:
    """All nodes of the four packages that answer the test."""
    return [
        (module, node) for module in MODULES for node in ast.walk(tree_of(module)) if test(node)
    ]


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of a call's function; empty for anything else."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func)
    return ""


def text_constants(module: Path) -> Iterator[ast.Constant]:
    """String constants that are not docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree_of(module)):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node


def without_comments(sql: str) -> str:
    """The SQL with comments and string literals blanked, lines kept."""
    sql = re.sub(r"'[^'\n]*'", "''", sql)
    return re.sub(r"--[^\n]*", "", sql)


def project_files() -> Iterator[Path]:
    """Every text file that belongs to the project."""
    skipped = {"build", "out", "home", "node_modules", "__pycache__"}
    tools_own = re.compile(
        r"\.(git|venv|hypothesis|pytest_cache|ruff_cache|mypy_cache)|.*\.egg-info"
    )
    for path in sorted(ROOT.rglob("*")):
        parts = set(path.relative_to(ROOT).parts)
        if parts & skipped or any(map(tools_own.fullmatch, parts)):
            continue
        if path.is_file() and path.suffix in TEXT_SUFFIXES:
            yield path


# Python


def test_only_the_edges_ask_the_wall_clock() -> None:
    calls = find_nodes(lambda node: dotted_name(node).endswith(tuple(CLOCK_CALLS)))
    in_python = {place(module) for module, _ in calls}
    in_texts = {
        place(module)
        for module in MODULES
        for node in text_constants(module)
        if CLOCK_SQL.search(str(node.value))
    }
    assert (in_python | in_texts) - set(CLOCK_READERS) == set()


def test_no_sql_file_asks_the_wall_clock() -> None:
    found = [
        place(path, number)
        for path in SQL_FILES
        for number, line in enumerate(without_comments(path.read_text("utf-8")).splitlines(), 1)
        if CLOCK_SQL.search(line)
    ]
    assert found == []


def test_public_functions_and_classes_say_what_they_give() -> None:
    def is_public(node: ast.AST) -> bool:
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        return isinstance(node, kinds) and not node.name.startswith("_")

    silent = [
        place(module, node.lineno)
        for module in MODULES
        for node in tree_of(module).body
        if is_public(node) and not ast.get_docstring(node)  # type: ignore[arg-type]
    ]
    assert silent == []


def test_modules_say_what_they_are_for() -> None:
    silent = [
        place(module)
        for module in MODULES
        if tree_of(module).body and not ast.get_docstring(tree_of(module))
    ]
    assert silent == []


def test_modules_stay_small() -> None:
    lines = {place(module): len(module.read_text("utf-8").splitlines()) for module in MODULES}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_files_are_opened_as_utf8() -> None:
    """Windows would take the local code page."""

    def is_text_without_encoding(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        name = dotted_name(node).rpartition(".")[2]
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "encoding" in given:
            return False
        if name in {"read_text", "write_text"}:
            return len(node.args) < (1 if name == "read_text" else 2)
        if dotted_name(node) == "open":
            mode = given.get("mode", node.args[1] if len(node.args) > 1 else None)
            return mode is None or "b" not in ast.unparse(mode)
        return False

    assert [place(m, n.lineno) for m, n in find_nodes(is_text_without_encoding)] == []  # type: ignore[attr-defined]


def test_nothing_that_windows_lacks() -> None:
    def is_posix_only(node: ast.AST) -> bool:
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        is_link = dotted_name(node).endswith((".symlink_to", "os.symlink", "os.fork"))
        return bool(names & {"fcntl", "pwd", "grp", "resource"}) or is_link

    assert [place(m, n.lineno) for m, n in find_nodes(is_posix_only)] == []  # type: ignore[attr-defined]


def test_layout_is_never_html() -> None:
    keyword = "unsafe_allow_html"
    assert [place(m) for m in MODULES if keyword in m.read_text("utf-8")] == []


def test_charts_know_no_streamlit() -> None:
    """Query: frame out; chart: frame in, figure out; only pages and components draw."""
    charts = [module for module in MODULES if "charts" in module.parts]
    found = [
        place(m)
        for m in charts
        if re.search(r"^\s*(import|from) streamlit", m.read_text("utf-8"), re.M)
    ]
    assert found == []


# SQL


def test_sql_is_lower_case() -> None:
    shouting = re.compile(r"\b(SELECT|FROM|WHERE|JOIN|GROUP|ORDER|WITH|AS|AND|OR|CASE|UNION)\b")
    found = [
        place(path, number)
        for path in SQL_FILES
        for number, line in enumerate(without_comments(path.read_text("utf-8")).splitlines(), 1)
        if shouting.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("path", MODELS, ids=place)
def test_model_says_grain_and_purpose(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("-- Grain: one ")
    assert any(line.startswith("-- Purpose: ") for line in lines[1:6])


@pytest.mark.parametrize("path", MODELS, ids=place)
def test_model_runs_on_duckdb_and_spark(path: Path) -> None:
    """Whatever needs more than the portable subset is computed at landing."""
    text = path.read_text("utf-8")
    statements = sqlglot.parse(text, read="duckdb")
    assert len(statements) == 1
    tree = statements[0]
    assert isinstance(tree, exp.Query), "a model is one select"
    assert foreign_parts(tree) == set()
    # The same words must be SQL to Spark, too.
    sqlglot.transpile(text, read="spark", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


@pytest.mark.parametrize("layer", LAYERS)
def test_what_a_model_reads_is_found(layer: str) -> None:
    for model in load_models(layer):
        tables = sqlglot.parse_one(model.sql, read="duckdb").find_all(exp.Table)
        assert model.reads == {f"{t.db}.{t.name}" for t in tables if t.db}, model.relation


def foreign_parts(tree: exp.Expr) -> set[str]:
    """Functions off the list, and clauses that Spark does not have."""
    names = {
        node.name.upper() if isinstance(node, exp.Anonymous) else node.sql_name()
        for node in tree.find_all(exp.Func)
    }
    clauses = {type(node).__name__ for node in tree.find_all(exp.Qualify, exp.Lambda, exp.Pivot)}
    if any(
        star.args.get("except_") or star.args.get("replace") for star in tree.find_all(exp.Star)
    ):
        clauses.add("star with exclude or replace")
    return (names - PORTABLE_FUNCTIONS) | clauses


def test_foreign_parts_are_seen() -> None:
    tree = sqlglot.parse_one(
        "select my_udf(a), list_transform(b, lambda x: x) from t qualify row_number() over () = 1",
        read="duckdb",
    )
    assert {"MY_UDF", "Qualify", "Lambda"} <= foreign_parts(tree)


# Every file of the project

# Written with a class of one letter, so that this file does not name what it forbids.
MACHINE_PATHS = re.compile(r"/[w]ork/|/[r]oot/|/[h]ome/[a-z]+/|C:\\[U]sers")
REGISTRY_HOSTS = re.compile(
    r"[p]ypi\.org|[p]ythonhosted|[r]egistry\.npmjs|[d]eb\.debian|[c]onda\.anaconda"
)
ALLOWED_HOSTS = (
    r"localhost|127\.0\.0\.1|schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml|www\.w3\.org"
)
REMOTE = re.compile(rf"https?://(?!{ALLOWED_HOSTS}|[{{$])")


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRY_HOSTS], ids=["paths", "registries"])
def test_no_file_names_this_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = [
        place(path)
        for path in project_files()
        if pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_the_product_fetches_nothing() -> None:
    """No CDN, no remote script, font or picture: it runs where there is no internet."""
    found = [
        place(path, number)
        for path in project_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
        and path.suffix in {".py", ".css", ".html", ".js"}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if REMOTE.search(line)
    ]
    assert found == []
