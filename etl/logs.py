"""Rotating logs of a home. They say what was done, never what stood in a cell."""

from __future__ import annotations

import logging
import time
import traceback
from logging.handlers import RotatingFileHandler

from warehouse.home import Home

LOGGER = logging.getLogger("citycredit")
_FILE_NAME = "citycredit.log"


def start_logging(home: Home) -> None:
    """Send the product's log into `logs/` of the home (UTC), instead of wherever it went."""
    handler = RotatingFileHandler(
        home.logs / _FILE_NAME,
        maxBytes=home.config.log_megabytes * 1_000_000,
        backupCount=home.config.log_files - 1,
        encoding="utf-8",
        delay=True,
    )
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(process)d %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    for former in list(LOGGER.handlers):
        LOGGER.removeHandler(former)
        former.close()
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def quiet() -> None:
    """Before a home is known there is no log; what is logged then is not for the console."""
    if not LOGGER.handlers:
        LOGGER.addHandler(logging.NullHandler())
    LOGGER.propagate = False


def log_stop(error: BaseException) -> None:
    """Log why a command stopped by itself, with the technical reason behind it if there is one.

    Only for errors whose texts are our own; of their causes only the kind is told.
    """
    cause = error.__cause__
    LOGGER.warning(
        "stopped: %s%s", type(error).__name__, f" ({type(cause).__name__})" if cause else ""
    )


def log_crash(error: BaseException) -> None:
    """Log where an unforeseen error arose. Its text is left out: it may quote a cell."""
    where = "".join(traceback.format_tb(error.__traceback__))
    LOGGER.error("%s\n%s", type(error).__name__, where)
