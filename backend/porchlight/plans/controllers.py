"""Safety plans over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.plans import views
from porchlight.web.rendering import page


@get("/people/{person_id:uuid}/safety-plan", sync_to_thread=True, include_in_schema=False)
def safety_plan(
    request: Request[Any, Any, Any],
    person_id: FromPath[UUID],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with db.reading() as session:
        view = views.safety_plan(session, actor, person_id, now=db.now(session))
    return page(request, view)


@get("/people/{person_id:uuid}/safety-plan/{number:int}", sync_to_thread=True, include_in_schema=False)
def older_plan(
    request: Request[Any, Any, Any],
    person_id: FromPath[UUID],
    number: FromPath[int],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with db.reading() as session:
        view = views.safety_plan(session, actor, person_id, now=db.now(session), number=number)
    return page(request, view)


ROUTES = [safety_plan, older_plan]
