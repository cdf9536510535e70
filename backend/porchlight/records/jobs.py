"""What the worker does for the keeper of records: every hour, what is of use for a while only goes."""

from datetime import timedelta
from typing import Any

import structlog

from porchlight.core import jobs
from porchlight.core.tools import Tools
from porchlight.records import purging

KEY = "records.purge"
AFTER_START = 60.0  # seconds
EVERY = 3600.0
log = structlog.get_logger()


def purge(tools: Tools, _payload: dict[str, Any]) -> None:
    for table, rows in purging.purge(tools.db).items():
        log.info("records.purged", table=table, rows=rows)


def due(tools: Tools) -> None:
    """Leave the job; of many nodes that do, one does the work."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        jobs.enqueue(session, "records.purge", {}, due_at=now + timedelta(seconds=1), key=KEY)


JOBS = {"records.purge": purge}
