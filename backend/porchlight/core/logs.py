"""What the server says of itself: one JSON object a line, of known fields only, and never a word of a person."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What a line may hold. Each is a code, a number, a name out of our own code, or an id that means nothing by itself.
FIELDS = frozenset(
    [
        "event",
        "level",
        "at",
        "kind",
        "where",
        "method",
        "status",
        "job",
        "tries",
        "id",
        "channel",
        "code",
        "logger",
        "said",
        "size",
        "rows",
        "table",
        "trouble",
        "head",
    ]
)
LONGEST = 200
# Loggers of the server beneath, which know requests by nothing but their failing.
TRUSTED = frozenset({"_granian"})
# For granian: its lines go where all others go.
THROUGH_US = {"handlers": {}, "loggers": {"_granian": {"handlers": [], "level": "WARNING", "propagate": True}}}


def _known_only(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A field that nobody has thought about is not written: what it would hold, nobody knows."""
    return {name: value for name, value in line.items() if name in FIELDS}


def _short(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value[:LONGEST] if isinstance(value, str) else value for name, value in line.items()}


class _Strangers(logging.Handler):
    """Libraries' own lines: which logger, how grave, the kind of error. Their words may hold anything, so they stay out."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        line = {"logger": record.name, "where": f"{record.module}:{record.lineno}"} | ({"kind": kind} if kind else {})
        if record.name in TRUSTED:
            line["said"] = str(record.msg).split("\n", 1)[0]
        log = structlog.get_logger()
        (log.error if record.levelno >= logging.ERROR else log.warning)("library.said", **line)


def set_up() -> None:
    """Called once by each process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _known_only,
            _short,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Strangers()], level=logging.WARNING, force=True)
