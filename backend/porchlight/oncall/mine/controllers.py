"""My shifts over HTTP."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall.mine.views import mine_view
from porchlight.web.rendering import page


@get("/oncall/mine", sync_to_thread=True, include_in_schema=False)
def mine_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = mine_view(session, actor, now=db.now(session))
    return page(request, view)


ROUTES = [mine_page]
