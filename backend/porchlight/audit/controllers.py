"""Whether the audit's chain is kept, for whoever watches from outside."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from porchlight.audit import keeping
from porchlight.core.clock import iso
from porchlight.core.db import Database


@get("/health/audit", opt={"open": True}, sync_to_thread=True)
def chain(db: NamedDependency[Database]) -> Response[dict[str, Any]]:
    """200 while rows are sealed within a minute and checkpoints put away within three; else 503."""
    with db.reading() as session:
        health = keeping.health(session, now=db.now(session))
    body = {
        "well": health.well,
        "sealed": health.sealed,
        "unsealed_since": health.unsealed_since and iso(health.unsealed_since),
        "unkept_since": health.unkept_since and iso(health.unkept_since),
    }
    return Response(body, status_code=200 if health.well else 503)


ROUTES = [chain]
