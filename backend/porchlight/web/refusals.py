"""What was refused to somebody who is signed in leaves a trace: who tried, at which address, and about what."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.background_tasks import BackgroundTask

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.web.sessions import actor_in

REFUSED = frozenset({403, 404})


def noted(request: Request[Any, Any, Any], status: int) -> BackgroundTask | None:
    """A row of the audit for a refusal (ASVS 16.3.2); of strangers there is none, for they are nobody yet.

    It is written when the answer has left: nothing was shown, and a reader must not wait for the one who writes.
    """
    actor = actor_in(request.scope)
    if actor is None or status not in REFUSED:
        return None
    ids = [one for one in request.path_params.values() if isinstance(one, UUID)]
    return BackgroundTask(
        _note,
        request.app.state.tools.db,
        actor,
        ids[0] if ids else None,
        where=str(request.scope.get("path_template", "")),
        method=str(request.method),
        status=status,
    )


def _note(db: Database, actor: Actor, about: UUID | None, *, where: str, method: str, status: int) -> None:
    """where: the address as the router knows it, without what stands in it."""
    with db.transaction() as session:
        now = db.now(session)
        audit.record(session, actor, "access.refused", about, now=now, where=where, method=method, status=status)
