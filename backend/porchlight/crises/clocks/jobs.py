"""The timers of the clocks."""

from typing import Any
from uuid import UUID

from porchlight.core.tools import Tools
from porchlight.crises.clocks import service
from porchlight.crises.escalating import locked


def ring(tools: Tools, payload: dict[str, Any]) -> None:
    """A clock fell due; early, late or repeated, it does what the moment asks for. payload: {"crisis_id"}."""
    with tools.db.transaction() as session:
        crisis = locked(session, UUID(payload["crisis_id"]))
        if crisis is not None:
            service.ring(session, crisis, now=tools.db.now(session))


JOBS = {service.RING: ring}
