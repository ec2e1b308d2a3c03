"""Builds the sample ledgers: seeded, deterministic, wholly invented."""
