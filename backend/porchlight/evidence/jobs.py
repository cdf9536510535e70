"""What the worker does with a photo: gather its parts, prove that they are whole, have it rebuilt, keep it."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from porchlight.core.blobs import Store
from porchlight.core.keys import sha256
from porchlight.core.seal import Label, SealBroken, unseal
from porchlight.core.tools import Tools
from porchlight.evidence import develop as child
from porchlight.evidence import queries, rules, service
from porchlight.evidence.values import Announced, PhotoState

PACKAGES = Path(__file__).parent.parent.parent
PATIENCE = 30  # seconds for the child; its own limit of CPU time is shorter
# Signals by which a picture can end its check: too much work, or a decoder that it broke.
BY_PICTURE = {signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}
KIND, SCHEMA = "visit.photo", 1


class Damaged(Exception):
    """A part is missing or is not what the phone sealed: the phone can send it again."""


class Hopeless(Exception):
    """This picture will never be one that we keep; the text is a sentence for the person."""


class CheckFailed(Exception):
    """The check itself broke, through no fault of the picture: the job comes again."""


@dataclass(frozen=True, slots=True)
class Developed:
    clean: bytes
    thumb: bytes


def clean_key(media_id: UUID) -> str:
    return f"clean/{media_id}.jpg"


def thumb_key(media_id: UUID) -> str:
    return f"thumb/{media_id}.jpg"


def develop(tools: Tools, payload: dict[str, Any]) -> None:
    """Rebuild one photo from its pixels. Safe to repeat at any point: the parts go last."""
    media_id = UUID(payload["media_id"])
    with tools.db.reading() as session:
        photo = queries.photo(session, media_id)
    if photo is None or photo.state == PhotoState.WAITING:
        return
    if photo.state == PhotoState.CHECKING:
        try:
            clean_sha256 = keep(tools.blobs, media_id, run(gather(tools, photo.announced)))
        except Damaged:
            _move(tools, media_id, PhotoState.WAITING)
            return
        except Hopeless as why:
            if not _move(tools, media_id, PhotoState.REFUSED, trouble=str(why)):
                return
        else:
            if not _move(tools, media_id, PhotoState.STORED, clean_sha256=clean_sha256):
                _drop_if_withdrawn(tools, media_id, len(photo.parts))
                return
    _clear(tools.blobs, media_id, len(photo.parts))


def discard(tools: Tools, payload: dict[str, Any]) -> None:
    """Remove what lies in the store of a photo that its person took back."""
    media_id = UUID(payload["media_id"])
    _clear(tools.blobs, media_id, payload["parts"])
    tools.blobs.delete(clean_key(media_id))
    tools.blobs.delete(thumb_key(media_id))


def gather(tools: Tools, photo: Announced) -> bytes:
    """The whole picture as it came off the phone. Raises Damaged, Hopeless."""
    pieces = []
    for number, part in enumerate(photo.parts):
        key = service.part_key(photo.id, number)
        try:
            sealed = tools.blobs.get(key)
        except KeyError as error:
            raise Damaged from error
        if len(sealed) != part["length"] or sha256(sealed) != part["sha256"]:
            tools.blobs.delete(key)  # no store here checks what it was sent (stack.md, S3)
            raise Damaged
        names = (str(photo.id), number, len(photo.parts), photo.sha256)
        label = Label(tools.keys.intake_kid, str(photo.id), str(photo.device_id), KIND, SCHEMA, *names)
        try:
            pieces.append(unseal(sealed, tools.keys.intake, label))
        except SealBroken as error:
            raise Hopeless(rules.NOT_WHOLE) from error
    whole = b"".join(pieces)
    if len(whole) != photo.size or sha256(whole) != photo.sha256:
        raise Hopeless(rules.NOT_WHOLE)
    return whole


def look_at(tools: Tools, photo: Announced) -> bytes:
    """A picture that is not in a record yet, or just became part of one, for somebody's eyes. Raises as `gather` and `run`."""
    try:
        return run(gather(tools, photo)).clean
    except Damaged:
        try:
            return tools.blobs.get(clean_key(photo.id))
        except KeyError as error:
            raise Damaged from error


def run(picture: bytes) -> Developed:
    """The picture rebuilt in a process that knows no secret. Raises Hopeless, CheckFailed."""
    command = [sys.executable, "-P", "-s", "-m", "porchlight.evidence.develop"]
    environment = {"PYTHONPATH": str(PACKAGES), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603  our own program, and nothing of the picture on its command line
            command, input=picture, env=environment, cwd="/", capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        # A picture that is too much work ends by its CPU limit before this: the machine is overloaded.
        raise CheckFailed("The check of pictures did not end in time.") from error
    line, _, rest = done.stdout.partition(b"\n")
    if done.returncode == child.REFUSED:
        raise Hopeless(json.loads(line)["trouble"])
    if -done.returncode in BY_PICTURE:
        raise Hopeless(rules.NOT_A_PICTURE)
    if done.returncode != 0:
        raise CheckFailed(f"The check of pictures ended with {done.returncode}.")
    facts = json.loads(line)
    clean, thumb = rest[: facts["clean"]], rest[facts["clean"] :]
    if len(thumb) != facts["thumb"] or rules.type_of(clean) != "image/jpeg" or rules.type_of(thumb) != "image/jpeg":
        raise CheckFailed("The check of pictures answered with something else than two pictures.")
    return Developed(clean, thumb)


def keep(blobs: Store, media_id: UUID, made: Developed) -> str:
    """Write both, read them again, compare. Returns the b64u sha256 of the clean picture. Raises CheckFailed."""
    for key, data in ((clean_key(media_id), made.clean), (thumb_key(media_id), made.thumb)):
        blobs.put(key, data, content_type="image/jpeg")
        if sha256(blobs.get(key)) != sha256(data):
            raise CheckFailed("The store keeps other bytes than it was given.")
    return sha256(made.clean)


def _move(tools: Tools, media_id: UUID, state: PhotoState, **facts: str) -> bool:
    with tools.db.transaction() as session:
        return service.move(session, media_id, state, now=tools.db.now(session), **facts)


def _drop_if_withdrawn(tools: Tools, media_id: UUID, parts: int) -> None:
    """Taken back while it was being rebuilt: what was written since its store was emptied goes too."""
    with tools.db.reading() as session:
        gone = queries.photo(session, media_id) is None
    if gone:
        discard(tools, {"media_id": str(media_id), "parts": parts})


def _clear(blobs: Store, media_id: UUID, parts: int) -> None:
    for number in range(parts):
        blobs.delete(service.part_key(media_id, number))


JOBS = {"evidence.develop": develop, "evidence.discard": discard}
