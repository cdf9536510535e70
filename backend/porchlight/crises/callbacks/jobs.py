"""When a promised call falls due and nobody was reached: its owner and their supervisor are told."""

from typing import Any
from uuid import UUID

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.tools import Tools
from porchlight.crises import noticing
from porchlight.crises.callbacks.service import DUE, locked
from porchlight.crises.callbacks.values import State
from porchlight.people import queries as people


def due(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"callback_id"}. Telling twice in a crash is better than never."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        row = locked(session, UUID(payload["callback_id"]))
        if row is None or row.state != State.PROMISED:
            return
        if now < row.due_at:
            # The clock went back a little: this timer rang too early, and it was the only one.
            jobs.enqueue(session, DUE, payload, due_at=row.due_at)
            return
        for account_id in dict.fromkeys((row.account_id, people.who_reads(session, row.account_id))):
            noticing.tell(session, account_id, noticing.CALL, row.id, now=now)
        audit.record(session, None, "callback.overdue", row.id, now=now)


JOBS = {DUE: due}
