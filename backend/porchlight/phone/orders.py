"""What a phone is told from afar, signed so that nobody else can tell it; and its word that it was done (docs/wire.md)."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.clock import iso
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound
from porchlight.people import queries as people
from porchlight.people import rules as people_rules
from porchlight.people import service as people_service
from porchlight.people.phones import queries as phones
from porchlight.people.phones import service as phones_service
from porchlight.people.values import DeviceState
from porchlight.phone import wire

DEVICE, ORDER, ERASED = "porchlight-device", "porchlight-order", "porchlight-erased"
HEARD_EVERY = timedelta(minutes=1)
CLEAR = '"cache", "cookies", "storage"'


class Asking(BaseModel):
    """What a device says when it asks what to do, or that it has done it; good for one path. sealed and lost: counts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    v: Literal[1]
    device_id: wire.Id
    asked: wire.Id
    path: str
    sealed: Annotated[int, Field(ge=0, le=100_000)] = 0
    lost: Annotated[int, Field(ge=0, le=100_000)] = 0


def asking(session: Session, authority: str, device_id: UUID, path: str) -> tuple[people.DeviceLine, Asking]:
    """The device that has signed this. Raises NotFound, which looks the same for whoever tries ids."""
    device = people.device(session, device_id)
    said = _read(authority) if device else None
    fits = said and (said.device_id, said.path) == (str(device_id), path)
    if device is None or said is None or not fits or not wire.signed_by(authority, device.public_key):
        raise NotFound(_("We could not find that page."))
    return device, said


def _read(authority: str) -> Asking | None:
    try:
        unsure = jws.extract_compact(authority[: wire.MOST_JWS].encode())
        said = Asking.model_validate_json(unsure.payload)
    except (JoseError, ValidationError, ValueError):
        return None
    return said if unsure.headers() == {"alg": "ES256", "typ": DEVICE, "kid": said.device_id} else None


def order(session: Session, keys: Keys, device: people.DeviceLine, said: Asking) -> str:
    """What this phone is to do, signed, or "". It names the question, so that an old one of another day is none."""
    ended = phones.ended(session, device.account_id)
    what = people_rules.order_for(device.state, access_ended=ended is not None)
    since = device.ordered_at or (ended.at if ended else None)
    if not what or since is None:
        return ""
    return wire.signed(keys, ORDER, _answer(device, said) | {"order": what, "issued_at": iso(since)})


def heard(session: Session, device: people.DeviceLine, *, ordered: bool, now: datetime) -> None:
    """It was in touch. Asked for at most once in HEARD_EVERY, for it asks at every page."""
    people_service.heard_from(session, device.id, now=now)
    if ordered:
        audit.record(session, None, "device.order_given", device.id, now=now)


def confirm(session: Session, keys: Keys, device: people.DeviceLine, said: Asking, *, now: datetime) -> str:
    """The phone says that nothing on it can be read, and how much still lies sealed on it; answers a signed receipt.

    Raises NotFound when nobody asked it to.
    """
    if device.state not in {DeviceState.WIPING, DeviceState.ERASED, DeviceState.WIPED}:
        raise NotFound(_("We could not find that page."))
    phones_service.confirm(session, device.id, sealed_left=said.sealed, drafts_lost=said.lost, now=now)
    return wire.signed(keys, ERASED, _answer(device, said) | {"sealed": said.sealed, "received_at": iso(now)})


def may_clear(device: people.DeviceLine) -> bool:
    """Whether the browser may be told to clear all that it keeps of us: only a phone that has confirmed."""
    return device.state == DeviceState.WIPED


def _answer(device: people.DeviceLine, said: Asking) -> dict[str, Any]:
    return {"v": 1, "device_id": str(device.id), "asked": said.asked}
