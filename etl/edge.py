"""The edge: the one place where a command learns which day it is."""

from __future__ import annotations

from datetime import date, datetime


def today() -> date:
    """The day on which the command is given, in the zone of this machine."""
    return datetime.now().astimezone().date()
