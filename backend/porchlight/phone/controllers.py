"""The doors of a phone: deposits without a session, the pack with one, and which numbers never came."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody, RawBody
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from pydantic import Field
from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.blobs import StoreDown, Upload
from porchlight.core.db import Database
from porchlight.core.i18n import _, translate
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.evidence import jobs
from porchlight.evidence import service as evidence
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.phone import orders, queries, rules, service, settling, views, wire
from porchlight.phone.pack import Pack, Printer, pack
from porchlight.phone.settling import Answer
from porchlight.phone.sources import SOURCES
from porchlight.web.errors import PROBLEM, TITLES
from porchlight.web.forms import Input
from porchlight.web.rendering import locale_of, page

OCTETS = "application/octet-stream"
PROBLEM_NAMES = "urn:porchlight:deposit:"
STORE_AGAIN = 30  # seconds, while the media store does not answer


def in_words(
    request: Request[Any, Any, Any], answer: Answer, upload: list[dict[str, Any]], *, again: int = 0
) -> Response[Any]:
    """The answer as docs/wire.md writes it, its reason in the language of the device's person; `again` in seconds."""
    if answer.outcome == "accepted":
        return Response({"outcome": "accepted", "receipt": answer.receipt}, status_code=answer.status)
    if answer.outcome == "waiting":
        body = {"outcome": "waiting", "why": answer.why, "upload": upload}
        return Response(body, status_code=202, headers={"Retry-After": str(again or rules.RETRY_AFTER[answer.why])})
    locale = answer.locale or locale_of(request)
    reason = answer.reason
    problem = {
        "type": PROBLEM_NAMES + answer.problem,
        "title": translate(TITLES.get(answer.status, TITLES[422]), locale),
        "status": answer.status,
        "detail": translate(reason["message"], locale, **reason["params"]),
        "outcome": "needs_fix",
        "errors": [
            {"field": e["field"], "detail": translate(e["message"], locale, **e["params"])}
            for e in reason["errors"]
            if e["field"]
        ],
    }
    if answer.receipt:
        problem["receipt"] = answer.receipt
    return Response(problem, status_code=answer.status, media_type=PROBLEM)


def too_large(request: Request[Any, Any, Any], _error: HTTPException) -> Response[Any]:
    return in_words(request, settling.problem("too_large"), [])


@post(
    wire.PATH,
    opt={"open": True},
    sync_to_thread=True,
    request_max_body_size=wire.MOST_BODY,
    exception_handlers={HTTP_413_REQUEST_ENTITY_TOO_LARGE: too_large},
)
def deposit(
    request: Request[Any, Any, Any], db: NamedDependency[Database], tools: NamedDependency[Tools], body: RawBody
) -> Response[Any]:
    """Take in one sealed item of a phone (docs/wire.md). The device's signature is the authority; no session is asked for."""
    authority = request.headers.get("porchlight-deposit", "")
    with db.transaction() as session:
        answer = service.deposit(session, tools.keys, authority, body, now=db.now(session))
    photo = answer.photo
    if photo is None:
        return in_words(request, answer, [])
    # The store is asked with no transaction open; it may be far away, slow, or down.
    try:
        missing = evidence.missing_parts(tools.blobs, photo)
        if answer.blocked and not missing:
            jobs.gather(tools, photo)
    except (StoreDown, jobs.Damaged):
        return in_words(request, answer, [], again=STORE_AGAIN)
    except jobs.Hopeless:
        return in_words(request, settling.problem("body"), [])
    if missing:
        return in_words(request, answer, [place(tools, photo, part) for part in missing])
    with db.transaction() as session:
        now = db.now(session)
        answer = service.parts_are_here(session, tools.keys, photo, blocked=answer.blocked, now=now)
    return in_words(request, answer, [])


def place(tools: Tools, photo: Announced, part: int) -> dict[str, Any]:
    said = photo.parts[part]
    upload: Upload = tools.blobs.presign_put(
        evidence.part_key(photo.id, part), length=said["length"], sha256=said["sha256"], base_url=""
    )
    return {"part": part, "url": upload.url, "headers": upload.headers}


class Have(Input):
    """Which pages the phone has: address to etag."""

    have: dict[str, str] = Field(default_factory=dict, max_length=2000)


@post("/offline/pack", sync_to_thread=True, status_code=200, include_in_schema=False)
def offline_pack(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: JSONBody[Have],
) -> Pack:
    printer = Printer(request.app.state.renderer, actor, locale_of(request), tools.blobs.origin)
    with db.reading() as session:
        return pack(session, printer, SOURCES, data.have, now=db.now(session))


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


ORDERS = "/api/v1/devices/{device_id:uuid}"


def _asking(
    request: Request[Any, Any, Any], session: Session, device_id: UUID
) -> tuple[people.DeviceLine, orders.Asking]:
    return orders.asking(session, request.headers.get("porchlight-device", ""), device_id, request.url.path)


@get(f"{ORDERS}/order", opt={"open": True}, sync_to_thread=True)
def order(
    request: Request[Any, Any, Any],
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    """What this phone is told from afar (docs/wire.md, An order); 204 when there is nothing. Its own signature opens it."""
    with db.reading() as session:
        now = db.now(session)
        device, said = _asking(request, session, device_id)
        found = orders.order(session, tools.keys, device, said)
    if now - device.last_seen_at >= orders.HEARD_EVERY:
        with db.transaction() as session:
            orders.heard(session, device, ordered=bool(found), now=now)
    return Response({"order": found}) if found else Response(None, status_code=204)


@post(f"{ORDERS}/wiped", opt={"open": True}, sync_to_thread=True, status_code=200)
def wiped(
    request: Request[Any, Any, Any],
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> dict[str, str]:
    """The phone's word that nothing on it can be read any more."""
    with db.transaction() as session:
        device, said = _asking(request, session, device_id)
        receipt = orders.confirm(session, tools.keys, device, said, now=db.now(session))
    return {"outcome": "accepted", "receipt": receipt}


@post(f"{ORDERS}/clear", opt={"open": True}, sync_to_thread=True, status_code=204)
def clear(request: Request[Any, Any, Any], device_id: FromPath[UUID], db: NamedDependency[Database]) -> Response[None]:
    """Has the browser forget all of this site: a post of a phone that has confirmed, for links can be set anywhere."""
    with db.reading() as session:
        device, _said = _asking(request, session, device_id)
    if not orders.may_clear(device):
        raise NotFound(_("We could not find that page."))
    return Response(None, status_code=204, headers={"Clear-Site-Data": orders.CLEAR})


ROUTES = [outbox_page, offline_page, deposit, offline_pack, gaps, order, wiped, clear]
