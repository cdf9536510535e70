"""Looking after open crises: at their time, and when it is known what became of a delivery."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.clock import iso
from porchlight.core.tools import Tools
from porchlight.crises.drills import service as drills
from porchlight.crises.escalating import ADVANCE, escalate, locked, set_timer
from porchlight.crises.handovers import service as handovers
from porchlight.crises.handovers import shifts
from porchlight.crises.holding import service as holding
from porchlight.crises.models import Crisis
from porchlight.crises.values import State
from porchlight.crises.watching import LOOK_AROUND


def advance(tools: Tools, payload: dict[str, Any]) -> None:
    """Call whoever is due now; early, late or repeated, it does what the moment asks for.

    payload: {"crisis_id", "due": for which moment this is the timer, if for one}.
    """
    advance_many(tools, [payload])


def advance_many(tools: Tools, payloads: Sequence[dict[str, Any]]) -> None:
    """The same for several at once, each locked in the order of its id: two workers never wait for each other."""
    with tools.db.transaction() as session:
        for payload in sorted(payloads, key=lambda one: str(one["crisis_id"])):
            crisis = locked(session, UUID(payload["crisis_id"]))
            if crisis is not None:
                _advance(session, crisis, payload, now=tools.db.now(session))


def _advance(session: Session, crisis: Crisis, payload: dict[str, Any], *, now: datetime) -> None:
    if crisis.state == State.TAKEN:
        holding.look_after(session, crisis, now=now)
    else:
        escalate(session, crisis, now=now)
    due_at = crisis.attend_at if crisis.state == State.TAKEN else crisis.next_due_at
    if due_at and payload.get("due") == iso(due_at):
        # The clock went back a little: this timer rang too early, and it was the only one.
        set_timer(session, crisis, due_at)


def look_around(tools: Tools, _payload: dict[str, Any]) -> None:
    """Once a minute: ask whoever comes on to take over what is open, and try the phones of whoever comes on next."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        shifts.ask_at_shift_ends(session, now=now)
        drills.plan(session, now=now)


def drill_ended(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"drill_id"}."""
    with tools.db.transaction() as session:
        drills.end(session, UUID(payload["drill_id"]), now=tools.db.now(session))


def handover_unanswered(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"handover_id"}."""
    with tools.db.transaction() as session:
        handovers.unanswered(session, UUID(payload["handover_id"]), now=tools.db.now(session))


JOBS = {
    ADVANCE: advance,
    LOOK_AROUND: look_around,
    drills.ENDED: drill_ended,
    handovers.UNANSWERED: handover_unanswered,
}
TOGETHER = {ADVANCE: advance_many}
