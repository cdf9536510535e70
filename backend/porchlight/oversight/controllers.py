"""The reviewer's list over HTTP."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oversight import views
from porchlight.web.rendering import page


@get("/oversight", sync_to_thread=True, include_in_schema=False)
def families(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.families(session, actor, now=db.now(session))
    return page(request, view)


ROUTES = [families]
