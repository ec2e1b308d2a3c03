"""Helpers of the makers of the project; no part of the product."""
