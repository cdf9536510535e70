"""Who is on call: the page, the API, and standing in for somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import AwareDatetime, Field

from porchlight.core.actor import Actor
from porchlight.core.clock import parse_iso
from porchlight.core.db import Database
from porchlight.core.i18n import _, translate
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import answering, service, views
from porchlight.oncall.card import contact_card
from porchlight.oncall.quick import UNTIL
from porchlight.oncall.rules import YEARS
from porchlight.people import queries as people
from porchlight.web.forms import Input
from porchlight.web.rendering import locale_of, page

VCARD = "text/vcard"


class StandInBody(Input):
    position: str
    account_id: UUID
    from_at: AwareDatetime
    to_at: AwareDatetime
    reason: str = Field(default="", max_length=200)


@get("/oncall", sync_to_thread=True)
def now_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.now_view(session, actor, now=db.now(session))
    return page(request, view)


@get("/oncall/card.vcf", sync_to_thread=True, include_in_schema=False)
def card(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[bytes]:
    """The on-call line as a contact for this phone's address book, so that its calls may ring in silence."""
    with db.reading() as session:
        line = people.line_of(session, actor.organization_id)
    name = translate(_("Porchlight on-call"), locale_of(request))
    headers = {"Content-Disposition": 'attachment; filename="on-call.vcf"'}
    return Response(contact_card(name, line.name, [line.phone]), media_type=VCARD, headers=headers)


@get("/api/v1/oncall", sync_to_thread=True)
def who(request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    """Who is on call at `at` (RFC 3339 with its offset; without it: now), by schedule and position; `schedule`: of one."""
    asked, one = request.query_params.get("at", ""), request.query_params.get("schedule", "")
    views.check_staff(actor)
    moment = _moment(asked) if asked else None
    with db.reading() as session:
        ours = actor.organization_id or people.NO_AGENCY.id
        if moment:
            said = answering.at(session, ours, moment, one)
        else:
            said, until = answering.now(db, session, ours, one)
            request.scope[UNTIL] = until  # type: ignore[literal-required]
    if said is None:
        raise NotFound(service.NOT_FOUND)
    return Response(said, media_type=MediaType.JSON)


def _moment(text: str) -> datetime:
    try:
        # A plus sign in an address arrives as a blank.
        at = parse_iso(text.replace(" ", "+"))
    except ValueError as error:
        raise Refused(_("Write the moment with its offset, like 2026-11-23T21:00:00-06:00."), field="at") from error
    except OverflowError:
        at = None
    if at is None or at.year not in YEARS:
        raise Refused(service.FAR_OFF, field="at", first=YEARS[0], last=YEARS[-1])
    return at


@post("/api/v1/oncall/{schedule_id:uuid}/stand-ins", sync_to_thread=True)
def stand_in(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    schedule_id: FromPath[UUID],
    data: JSONBody[StandInBody],
) -> dict[str, str]:
    """Somebody is on call instead of whoever's turn it is; for supervisors."""
    with db.transaction() as session:
        made = service.stand_in(
            session,
            actor,
            schedule_id,
            data.position,
            data.account_id,
            from_at=data.from_at,
            to_at=data.to_at,
            reason=data.reason,
            now=db.now(session),
        )
    return {"id": str(made)}


ROUTES = [now_page, card, who, stand_in]
