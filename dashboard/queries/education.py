"""Articles, meetings, honours and contacts of a plan, each with the row that shows it."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_articles(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """The year's articles, repeats marked (articles.sql)."""
    return fetch(con, "articles", plan=plan)


def read_article_floors(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """What each unit owes and wrote by month, where the plan asks for it (article_floors.sql)."""
    return fetch(con, "article_floors", plan=plan)


def read_meetings(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """The year's meetings, trainings, visits and inspections (meetings.sql)."""
    return fetch(con, "meetings", plan=plan)


def read_honours(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Models and demonstrations by the end of a period (honours.sql)."""
    return fetch(con, "honours", plan=plan, period=period)


def read_contacts(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Who holds which role in which unit (contacts.sql)."""
    return fetch(con, "contacts", plan=plan, period=period)
