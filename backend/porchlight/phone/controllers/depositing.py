"""The door without a session: what a phone made alone comes in here, item by item."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import RawBody
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from porchlight.core.blobs import StoreDown, Upload
from porchlight.core.db import Database
from porchlight.core.i18n import translate
from porchlight.core.tools import Tools
from porchlight.evidence import jobs
from porchlight.evidence import service as evidence
from porchlight.evidence.values import Announced
from porchlight.phone import rules, service, settling, turns, wire
from porchlight.phone.settling import Answer
from porchlight.web.errors import PROBLEM, TITLES
from porchlight.web.rendering import locale_of

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
        with db.transaction() as session:
            wait = turns.take(session, photo.device_id, photo.id, now=db.now(session))
        if wait:
            return in_words(request, answer, [], again=wait)
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


ROUTES = [deposit]
