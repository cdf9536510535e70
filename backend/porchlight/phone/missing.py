"""What never came from a phone: named to its person's supervisor until they have looked into it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.people import queries as people
from porchlight.people.phones import queries as phones
from porchlight.phone import queries
from porchlight.phone.models import MissingSettled
from porchlight.web.rendering import View

MOST_REASON = 500
DECIDED = _("This was decided already. Reload the page to see how it stands.")


def listed(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> View:
    """What never came from the phones of one of this supervisor's people, and what was settled. Raises NotFound."""
    person = phones.member(session, actor, account_id).person
    found = queries.missing(session, account_id, now)
    by = people.accounts(session, [row.by for one in found for row in one.settled])
    audit.saw(session, actor, "device.missing_seen", account_id, now=now)
    return View(
        "phone/missing.html",
        {"person": person, "phones": [_row(one, {key: known.name for key, known in by.items()}) for one in found]},
    )


def _row(one: queries.Missing, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": one.device.id,
        "label": one.device.label,
        "revoked": one.device.revoked_at is not None,
        "numbers": sorted(one.numbers.items()),
        "settled": [
            {"seq": row.seq, "by": names.get(row.by, ""), "at": row.at, "reason": row.reason} for row in one.settled
        ],
    }


def settle(session: Session, actor: Actor, device_id: UUID, typed: str, reason: str, *, now: datetime) -> UUID:
    """A supervisor has looked into what never came; answers whose phone it is. Raises NotFound, Refused.

    typed: the numbers that stood on their page, with spaces: one that was found missing since then stays.
    """
    device = phones.device_for(session, actor, device_id)
    account_id = phones.member(session, actor, device.account_id).person.id
    reason = reason.replace("\x00", "").strip()  # PostgreSQL keeps every character but this one
    if not reason:
        raise Refused(_("Write what came of it, for whoever looks at this later."), field=f"reason-{device_id}")
    if len(reason) > MOST_REASON:
        raise Refused(_("This is too long. Make it shorter."), field=f"reason-{device_id}")
    shown = set(typed.split())
    missing = [one.numbers for one in queries.missing(session, account_id, now) if one.device.id == device_id]
    numbers = sorted(seq for found in missing for seq in found if str(seq) in shown)
    if not numbers:
        raise Refused(DECIDED)
    rows = [MissingSettled(device_id=device_id, seq=seq, by=actor.account_id, at=now, reason=reason) for seq in numbers]
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError as error:  # a second tap at the same moment
        raise Refused(DECIDED) from error
    audit.record(
        session, actor, "device.missing_settled", device_id, now=now, owner=str(account_id), count=len(numbers)
    )
    return account_id
