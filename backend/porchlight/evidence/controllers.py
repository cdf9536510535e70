"""Photos as a reader sees them, and the door through which parts come when media lie in a folder of ours."""

import errno
from typing import Any
from uuid import UUID

from anyio import to_thread
from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.blobs.disk import Arriving, Disk
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.evidence import jobs, queries, rules, service
from porchlight.evidence.values import PhotoState
from porchlight.people import access

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")
AS_IT_IS = {"static": True}  # a JPEG does not become smaller by packing it again
# The bytes are a JPEG of our own making and stay one, whatever a browser thinks of them; opened alone they can do nothing.
PICTURE = {
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def from_here(request: Request[Any, Any, Any]) -> None:
    """Another site may not show our pictures, nor find out whether one is there."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise HTTPException(status_code=403)


def picture(data: bytes) -> Response[bytes]:
    return Response(data, media_type="image/jpeg", headers=PICTURE)


def stored(db: Database, actor: Actor, photo_id: UUID) -> None:
    """Leaves a trace of the reading. Raises NotFound when the photo is not there, not yet, or not for this person."""
    with db.reading() as session:
        now = db.now(session)
        photo = queries.photo(session, photo_id)
        if photo is None or photo.state != PhotoState.STORED:
            raise NotFound(NOT_HERE)
        access.check(session, actor, photo.case_id, access.Capability.PHOTOS, now=now)
        audit.saw(session, actor, "photo.seen", photo_id, now=now)


@get("/photos/{photo_id:uuid}", opt=AS_IT_IS, sync_to_thread=True, include_in_schema=False)
def photo(
    request: Request[Any, Any, Any],
    photo_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[bytes]:
    from_here(request)
    stored(db, actor, photo_id)
    return picture(tools.blobs.get(jobs.clean_key(photo_id)))


@get("/photos/{photo_id:uuid}/thumb", opt=AS_IT_IS, sync_to_thread=True, include_in_schema=False)
def thumb(
    request: Request[Any, Any, Any],
    photo_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[bytes]:
    from_here(request)
    stored(db, actor, photo_id)
    return picture(tools.blobs.get(jobs.thumb_key(photo_id)))


def folder(tools: Tools) -> Disk:
    """The media folder; with S3 there is none, and its doors do not exist."""
    if not isinstance(tools.blobs, Disk):
        raise NotFound(NOT_HERE)
    return tools.blobs


@get("/media/{place:str}/{name:str}", opt={"open": True, **AS_IT_IS}, sync_to_thread=True, include_in_schema=False)
def lent(
    request: Request[Any, Any, Any],
    place: FromPath[str],
    name: FromPath[str],
    expires: FromQuery[int],
    sig: FromQuery[str],
    tools: NamedDependency[Tools],
) -> Response[bytes]:
    """An object by an address that this server lent for a minute."""
    from_here(request)
    try:
        key = f"{place}/{name}"
        if place not in {"clean", "thumb"} or not folder(tools).may_get(key, expires=expires, sig=sig):
            raise HTTPException(status_code=403)
        return picture(tools.blobs.get(key))
    except (ValueError, KeyError) as error:
        raise NotFound(NOT_HERE) from error


@put(
    "/media/incoming/{op_id:uuid}/{part:int}",
    opt={"open": True},
    request_max_body_size=rules.MOST_SEALED_PART,
    status_code=201,
    include_in_schema=False,
)
async def receive_part(
    request: Request[Any, Any, Any],
    op_id: FromPath[UUID],
    part: FromPath[int],
    expires: FromQuery[int],
    length: FromQuery[int],
    sha256: FromQuery[str],
    sig: FromQuery[str],
    tools: NamedDependency[Tools],
) -> None:
    """One part, once: exactly the announced bytes, written aside as they come and never over what is there.

    Asynchronous, for the body is not held in memory.
    """
    disk, key = folder(tools), service.part_key(op_id, part)
    if part < 0 or not disk.may_put(key, expires=expires, length=length, sha256=sha256, sig=sig):
        raise HTTPException(status_code=403)
    if disk.size(key) is not None:
        raise HTTPException(status_code=412)
    said = request.headers.get("content-length")
    if said is not None and said != str(length):
        raise HTTPException(status_code=413 if said.isdigit() and int(said) > length else 400)
    try:
        with disk.arriving(key) as arriving:
            async for piece in request.stream():
                await to_thread.run_sync(arriving.write, piece)
                if arriving.length > length:
                    raise HTTPException(status_code=413)
            kept = await to_thread.run_sync(finish, arriving, length, sha256)
    except OSError as error:
        raise HTTPException(status_code=507 if error.errno == errno.ENOSPC else 503) from error
    if not kept:
        raise HTTPException(status_code=412)


def finish(arriving: Arriving, length: int, sha256: str) -> bool:
    """Put it in place if it is what was announced; False when another was first."""
    if arriving.length != length or arriving.sha256 != sha256:
        raise HTTPException(status_code=400)
    return arriving.keep()


ROUTES = [photo, thumb, lent, receive_part]
