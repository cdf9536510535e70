"""What a phone reads: the offline pack, the page of what it holds, and which of its numbers never came."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import Field, StrictInt

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.phone import queries, rules, service, views, wire
from porchlight.phone.pack import Pack, Printer, pack
from porchlight.phone.sources import SOURCES
from porchlight.web.forms import Input
from porchlight.web.rendering import locale_of, page

Number = Annotated[StrictInt, Field(ge=1, le=wire.MOST_SEQ)]
Seconds = Annotated[StrictInt, Field(ge=0, le=10 * 366 * 86_400)]


class Have(Input):
    """Which pages the phone has: address to etag. after: the `next` of the answer before, in the same run.

    waiting: [number, seconds since it was saved] of what it still holds.
    """

    have: dict[str, str] = Field(default_factory=dict, max_length=2000)
    after: str = ""
    waiting: list[tuple[Number, Seconds]] | None = Field(default=None, max_length=rules.MOST_REPORTED)


@post("/offline/pack", sync_to_thread=True, status_code=200, include_in_schema=False)
def offline_pack(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: JSONBody[Have],
) -> Pack:
    said = tools.settings
    if data.waiting is not None:
        with db.transaction() as session:
            service.note_report(session, actor, data.waiting, now=db.now(session))
    lock = {"idle": said.lock_idle, "background": said.lock_background, "strict": said.strict_phones}
    printer = Printer(request.app.state.renderer, actor, locale_of(request), tools.blobs.origin, lock)
    with db.reading() as session:
        return pack(session, printer, SOURCES, data.have, after=data.after, now=db.now(session))


@get("/api/v1/devices/{device_id:uuid}/gaps", sync_to_thread=True)
def gaps(
    device_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> dict[str, list[int]]:
    """The numbers of this phone's items that never arrived, for its person and their supervisor."""
    with db.reading() as session:
        device = people.device(session, device_id)
        allowed = device and actor.account_id in {
            device.account_id,
            people.supervisor_of(session, device.account_id),
        }
        if not allowed:
            raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
        return {"missing": queries.gaps(session, device_id)}


@get("/phone", sync_to_thread=True)
def outbox_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.outbox())


@get("/offline", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def offline_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.offline())


ROUTES = [outbox_page, offline_page, offline_pack, gaps]
