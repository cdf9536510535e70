"""The printable sheet over HTTP."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.oncall.sheet.views import sheet
from porchlight.web import forms
from porchlight.web.rendering import View, page


@get("/oncall/sheet", sync_to_thread=True, include_in_schema=False)
def sheet_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    """?from= and ?to= are wall times like 2026-11-27T17:00; without them the weekend that runs or comes next."""
    asked = request.query_params

    def drawn(from_wall: datetime | None = None, to_wall: datetime | None = None) -> View:
        with db.reading() as session:
            return sheet(session, actor, from_wall, to_wall, now=db.now(session))

    with forms.redrawing(drawn, {name: asked.get(name, "") for name in ("from", "to")}):
        view = drawn(_wall(asked.get("from", ""), "from"), _wall(asked.get("to", ""), "to"))
    return page(request, view)


def _wall(text: str, field: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise Refused(_("Write the date and time like 2026-11-23 16:10."), field=field) from None


ROUTES = [sheet_page]
