"""The pages of what is held: the list, and one item opened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.people.access import Capability, Role
from porchlight.people.phones import queries as phones
from porchlight.phone import settling, wire
from porchlight.phone.held import contents, queries
from porchlight.phone.held.queries import HeldLine
from porchlight.phone.held.service import CAN_BE_TAKEN
from porchlight.phone.kinds import blocked_photo
from porchlight.phone.settling import Item
from porchlight.phone.values import Held
from porchlight.web.rendering import View


def listed(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever is no supervisor."""
    lines = queries.held_for(session, actor)
    known = people.accounts(session, [one.account_id for one in lines])
    audit.saw(session, actor, "held.listed", actor.account_id, now=now)
    rows = [{**_row(session, one), "whose": known[one.account_id].name} for one in lines]
    return View(
        "phone/held.html",
        {
            "open_items": [row for row in rows if row["state"] == Held.OPEN],
            "set_aside": [row for row in rows if row["state"] == Held.SET_ASIDE],
        },
    )


def opened(session: Session, keys: Keys, actor: Actor, op_id: UUID, *, now: datetime) -> View | str:
    """One item, unsealed for whoever may read its family; the address of its visit once that is in the record.

    Raises NotFound.
    """
    row, line = queries.held(session, actor, op_id)
    if row.sealed is None or line.state is Held.TAKEN:
        return f"/visits/{row.parent_id or row.op_id}"
    case_id = contents.case_of(session, keys, row)
    fields = contents.may_read(session, actor, case_id, row.captured_at, now=now)
    body = contents.body_of(keys, row)
    inside: dict[str, Any] = {"what": "unreadable" if body is None or case_id is None else "not_yours"}
    if body is not None and case_id and fields:
        inside = contents.shown(session, row.kind, body, case_id, fields)
    audit.saw(session, actor, "held.opened", op_id, now=now, people=inside.pop("people", ()))
    author = people.account(session, line.account_id)
    owns = line.owner_id == actor.account_id
    around = queries.photos_in(session, row) if row.kind == "draft.rescued" else []
    may_see = contents.may_read(session, actor, case_id, row.captured_at, now=now, what=Capability.PHOTOS)
    draft = queries.draft_around(session, row)
    hanging = queries.hanging_on(session, op_id) if row.kind == "visit.log" else []
    return View(
        "phone/held_item.html",
        {
            **inside,
            "item": {**_row(session, line), "whose": author.name if author else ""},
            "following": [one.kind for one in hanging if one.kind in {"visit.sign", "visit.photo"}],
            "pictures": ([op_id] if row.kind == "visit.photo" else around) if may_see else [],
            "draft_id": draft.op_id if draft else None,
            "can_take": owns and line.state is Held.OPEN and bool(fields) and row.kind in CAN_BE_TAKEN and not draft,
            "can_decide": owns and line.state is Held.OPEN,
            "can_bring_back": owns and line.state is Held.SET_ASIDE,
            "others": phones.others_with_role(session, Role.SUPERVISOR, actor.account_id),
        },
    )


def picture(session: Session, keys: Keys, actor: Actor, op_id: UUID, *, now: datetime) -> Announced:
    """A held photo, to be put together and looked at by whoever may see its family's. Raises NotFound."""
    row, _line = queries.held(session, actor, op_id)
    case_id = contents.case_of(session, keys, row) if row.kind == "visit.photo" and row.sealed else None
    if row.sealed is None or not contents.may_read(
        session, actor, case_id, row.captured_at, now=now, what=Capability.PHOTOS
    ):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    claims = wire.read(row.authority)
    _draft, announced = blocked_photo(claims, settling.open_item(keys, Item(claims, row.authority, row.sealed)))
    audit.saw(session, actor, "held.photo_seen", op_id, now=now)
    return announced


def _row(session: Session, line: HeldLine) -> dict[str, Any]:
    device = people.device(session, line.device_id)
    by = people.account(session, line.decided.by) if line.decided else None
    return {
        "id": line.op_id,
        "kind": line.kind,
        "state": line.state.value,
        "device": device.label if device else "",
        "captured_at": line.captured_at,
        "received_at": line.received_at,
        "why": line.why,
        "decided_by": by.name if by else "",
        "decided_at": line.decided.at if line.decided else None,
        "reason": line.decided.reason if line.decided else "",
        "decision": line.decided.decision if line.decided else "",
    }
