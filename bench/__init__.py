"""Measurements against the budgets; ratios within one run, never a timed test."""
