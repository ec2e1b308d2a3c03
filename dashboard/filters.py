"""The plan and the period: chosen once at the top of every page, kept in the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.queries.frame import (
    default_period,
    plans_at_hand,
    read_periods,
    read_plans,
    read_version_facts,
)
from dashboard.source import Source, ask
from warehouse.marks import standing_words
from warehouse.plans import load_plans

_VIEW = "_view"


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """What a page shows that needs no figures: the source and the plan with what belongs to it.
    `facts` are empty before anything was published."""

    source: Source
    plan: dict[str, Any]
    facts: dict[str, Any]
    missing: tuple[str, ...] = ()  # what the link asked for and is not there, in words
    handling: str = ""  # how the page, and what is taken from it, may be used, in words

    @property
    def plan_id(self) -> str:
        return str(self.plan["plan_id"])

    @property
    def label(self) -> str:
        """What the figures of the page are of, in names of files."""
        return str(self.plan["year"])

    @property
    def is_sample(self) -> bool:
        return bool(self.plan["is_sample"])

    @property
    def counts_official(self) -> bool:
        """Whether the plan counts the rates of the upper platform before its own."""
        return bool(self.plan["figures"] == "official")

    @property
    def standing(self) -> str:
        """Whether the plan's figures are final, in words."""
        return standing_words(self.plan["closed_as_of"])


@dataclass(frozen=True, kw_only=True)
class View(PlanView):
    """What a page of figures shows: the plan, and a period of it that has begun."""

    period: dict[str, Any]

    @property
    def label(self) -> str:
        return str(self.period["period"])

    @property
    def judging_date(self) -> date:
        day: date = self.period["judging_date"]
        return day


def choose_view(source: Source) -> PlanView:
    """Draw the two choices and keep the view for the page: a View, but without a period where
    nothing was published yet or none of the plan has begun."""
    if source.version is None:
        plans = plans_at_hand(load_plans(*source.store.home.plan_folders))
    else:
        plans = ask(source, read_plans)
    left, right = st.columns(2, wrap=False)
    plan_ids = plans["plan_id"].to_list()
    missing = [missing_choice("plan", "方案", plan_ids, plan_ids[0])]
    plan_id = _choose(left, "plan", "方案", plan_ids, plan_ids[0])
    plan = plans.row(by_predicate=pl.col("plan_id") == plan_id, named=True)
    view = PlanView(source=source, plan=plan, facts={}, missing=tuple(filter(None, missing)))
    if source.version is not None:
        view = _with_figures(view, right, missing)
    st.session_state[_VIEW] = view
    return view


def _with_figures(view: PlanView, place: Any, missing: list[str]) -> PlanView:
    """The view with the facts of its version and, where one has begun, the chosen period."""
    facts = ask(view.source, read_version_facts, view.plan_id).row(0, named=True)
    periods = ask(view.source, read_periods, view.plan_id)
    default = default_period(periods)
    if default is None:
        return replace(view, facts=facts)
    labels = periods["period"].to_list()
    missing.append(missing_choice("period", "期次", labels, default))
    label = _choose(place, "period", "期次", labels, default)
    return View(
        source=view.source,
        plan=view.plan,
        period=periods.row(by_predicate=pl.col("period") == label, named=True),
        facts=facts,
        missing=tuple(filter(None, missing)),
    )


def missing_choice(key: str, label: str, options: list[str], instead: str) -> str:
    """What to say when the link asks for something that is not among the options; else empty. Ask
    before the choice is drawn, which takes an unknown value out of the URL."""
    asked = st.query_params.get(key)
    if asked is None or asked in options:
        return ""
    return f"链接里的{label}“{asked}”不存在，现显示：{instead}。"


def current_view() -> View:
    """The view that the frame has chosen in this rerun, for a page of figures."""
    view: View = st.session_state[_VIEW]
    return view


def current_plan() -> PlanView:
    """The view that the frame has chosen in this rerun, for a page that needs no figures."""
    view: PlanView = st.session_state[_VIEW]
    return view


def choose_month(key: str) -> None:
    """Callback of a chart by month: the clicked point's month (its first custom value) becomes the
    period."""
    points = st.session_state[key]["selection"]["points"]
    if points:
        month = points[0]["customdata"]
        st.session_state["period"] = str(month[0] if isinstance(month, list | tuple) else month)


def _choose(place: Any, key: str, label: str, options: list[str], default: str) -> str:
    """A choice whose URL parameter is always there, so that a copied link says what was seen.

    The widget itself has no default (it would be left out of the URL); it is set here instead.
    """
    if st.session_state.get(key) not in options:
        if key not in st.session_state and key not in st.query_params:
            st.query_params[key] = default
        st.session_state[key] = default
    chosen: str | None = place.selectbox(
        label,
        options,
        index=None,
        key=key,
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    return chosen if chosen in options else default
