"""The doors of a phone: deposits without a session, the pack with one, its lock, and which numbers never came."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody, RawBody
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from pydantic import Field

from porchlight.core.actor import Actor
from porchlight.core.blobs import StoreDown, Upload
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.i18n import LOCALES, _, translate
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.crises.views import help_view
from porchlight.evidence import jobs
from porchlight.evidence import service as evidence
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.people import unlocking
from porchlight.phone import queries, rules, service, settling, views, wire
from porchlight.phone.pack import Pack, Printer, pack
from porchlight.phone.settling import Answer
from porchlight.phone.sources import SOURCES
from porchlight.web.errors import PROBLEM, TITLES
from porchlight.web.forms import Input
from porchlight.web.rendering import View, locale_of, page

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
    """Which pages the phone has: address to etag. after: the `next` of the answer before, in the same run."""

    have: dict[str, str] = Field(default_factory=dict, max_length=2000)
    after: str = ""


@post("/offline/pack", sync_to_thread=True, status_code=200, include_in_schema=False)
def offline_pack(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: JSONBody[Have],
) -> Pack:
    said = tools.settings
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


@get("/lock", sync_to_thread=True)
def lock_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.lock())


@get("/unlock", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def unlock_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.unlock())


@get("/unlock/{code:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def kept_unlock_page(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
    """As a phone keeps it, in one language whatever the reader's is."""
    return page(request, views.unlock(known(code)))


@get("/help/{code:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def kept_help_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], code: FromPath[str]
) -> Response[Any]:
    """Get help as a locked phone shows it: without a family's name."""
    with db.reading() as session:
        view = help_view(session, None, now=db.now(session))
    kept = {**view.context, "crisis_id": "", "path": "/help"}
    return page(request, View(view.template, kept, locale=known(code), anonymous=True))


def known(code: str) -> str:
    if code not in LOCALES:
        raise NotFound(_("We could not find that page."))
    return code


@get("/api/v1/session", sync_to_thread=True)
def session_of_now(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> dict[str, str]:
    """Who is signed in, since when, and the server's clock: a locked phone opens for whoever has just signed in."""
    with db.reading() as session:
        since, now = unlocking.signed_in_at(session, actor), db.now(session)
    return {"person_id": str(actor.account_id), "signed_in_at": iso(since or now), "server_time": iso(now)}


@get("/api/v1/devices/{device_id:uuid}/share", sync_to_thread=True)
def give_share(
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> dict[str, str]:
    """What opens this phone again, for a live session of its own person, unless it is revoked."""
    with db.transaction() as session:
        return {"share": unlocking.give_share(session, actor, device_id, tools.keys, now=db.now(session))}


@post("/api/v1/devices/{device_id:uuid}/share", sync_to_thread=True)
def make_share(
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> dict[str, str]:
    """The same, made at the first call."""
    with db.transaction() as session:
        return {"share": unlocking.make_share(session, actor, device_id, tools.keys, now=db.now(session))}


ROUTES = [
    outbox_page,
    offline_page,
    lock_page,
    unlock_page,
    kept_unlock_page,
    kept_help_page,
    session_of_now,
    give_share,
    make_share,
    deposit,
    offline_pack,
    gaps,
]
