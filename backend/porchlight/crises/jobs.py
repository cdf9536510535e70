"""Looking after open crises: at their time, and when it is known what became of a delivery."""

from typing import Any
from uuid import UUID

from porchlight.core.clock import iso
from porchlight.core.tools import Tools
from porchlight.crises.escalating import ADVANCE, escalate, locked, set_timer


def advance(tools: Tools, payload: dict[str, Any]) -> None:
    """Call whoever is due now; early, late or repeated, it does what the moment asks for.

    payload: {"crisis_id", "due": for which moment this is the timer, if for one}.
    """
    with tools.db.transaction() as session:
        crisis = locked(session, UUID(payload["crisis_id"]))
        if crisis is None:
            return
        escalate(session, crisis, now=tools.db.now(session))
        due_at = crisis.next_due_at
        if due_at and payload.get("due") == iso(due_at):
            # The clock went back a little: this timer rang too early, and it was the only one.
            set_timer(session, crisis, due_at)


JOBS = {ADVANCE: advance}
