"""The doors of a phone: deposits without a session, the pack with one, its lock, and which numbers never came."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody, MultipartBody, RawBody, URLEncodedBody
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from pydantic import Field, StrictInt

from porchlight.core.actor import Actor
from porchlight.core.blobs import StoreDown, Upload
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.i18n import LOCALES, _, translate
from porchlight.core.refused import NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises.views import help_view
from porchlight.evidence import jobs
from porchlight.evidence import service as evidence
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.people import unlocking
from porchlight.phone import bundle, queries, rules, service, settling, taking_in, views, wire
from porchlight.phone.pack import Pack, Printer, pack
from porchlight.phone.settling import Answer
from porchlight.phone.sources import SOURCES
from porchlight.web import forms
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


class Asked(Input):
    """Whose receipts are wanted."""

    op_id: list[UUID] = Field(max_length=bundle.MOST_ITEMS)


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


@get("/phone/take-in", sync_to_thread=True, include_in_schema=False)
def take_in_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.take_in())


@post(
    "/phone/take-in",
    sync_to_thread=True,
    status_code=200,
    include_in_schema=False,
    request_max_body_size=bundle.MOST_FILE + 100_000,  # the form around the file
)
def take_in(
    request: Request[Any, Any, Any],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: MultipartBody[dict[str, Any]],
) -> Response[Any]:
    """Deposit every sealed item of a file that a phone exported (docs/wire.md, Export), and say what became of each."""
    locale = locale_of(request)
    with forms.redrawing(views.take_in, {}):
        file = data.get("file")
        if not isinstance(file, UploadFile):
            raise Refused(_("Choose the file first."), field="file")
        results = taking_in.take_in(tools, actor, bundle.Bundle(file.file))
    said = [(one, translate(one.reason, locale, **one.params) if one.reason else "") for one in results]
    return page(request, views.taken_in(said))


@post("/phone/receipts", sync_to_thread=True, status_code=200, include_in_schema=False)
def receipts(
    db: NamedDependency[Database], actor: NamedDependency[Actor], data: URLEncodedBody[dict[str, Any]]
) -> Response[Any]:
    """The signed receipts of these items as a file that their phone can load."""
    asked = forms.read(Asked, {"op_id": many(data.get("op_id"))})
    with db.transaction() as session:
        now = db.now(session)
        found = taking_in.receipts(session, actor, asked.op_id, now=now)
    name = f"porchlight-receipts-{now:%Y-%m-%d}.json"
    body = {"format": "porchlight-receipts", "v": 1, "receipts": found}
    return Response(
        body, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    )


def many(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


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
    take_in_page,
    take_in,
    receipts,
]
