"""Why can I not see this? over HTTP."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from porchlight.cases.explaining import views
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.web.rendering import page


@get("/why", sync_to_thread=True, include_in_schema=False)
def why(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    what: FromQuery[str] = "",
) -> Response[Any]:
    with db.reading() as session:
        view = views.why_view(session, actor, what)
    return page(request, view)


ROUTES = [why]
