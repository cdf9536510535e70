"""Opening the seal over who reported: with a right of its own, a reason that stays, and a trace."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.crises.mandated import service
from porchlight.crises.mandated.models import MandatedReport, SealOpening
from porchlight.crises.mandated.sealing import Reporter, Seal
from porchlight.people import access, passkeys
from porchlight.people.access import Capability
from porchlight.people.rules import NotFresh
from porchlight.web.forms import Input


class OpenBody(Input):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


def open_seal(
    session: Session, actor: Actor, seal: Seal, report_id: UUID, body: OpenBody, *, now: datetime
) -> Reporter:
    """Who reported, for whoever holds that right, with a reason that stays. Raises NotFound, NotFresh."""
    row, _mine = service.readable(session, actor, seal, report_id, now=now)
    if not may_open(session, actor, row, now=now):
        raise NotFound(service.NOT_FOUND)
    if not passkeys.is_fresh(session, actor, now=now):
        raise NotFresh(_("To open the seal, sign out and sign in once more. Then you have 5 minutes."))
    session.add(SealOpening(report_id=row.id, account_id=actor.account_id, at=now, reason=body.reason))
    audit.record(session, actor, "mandated.seal_opened", row.id, now=now)
    return seal.open(row.id, row.sealed)


def may_open(session: Session, actor: Actor, row: MandatedReport, *, now: datetime) -> bool:
    """By the access table; without a case nobody has a relation, and so nobody opens it."""
    if row.case_id is None:
        return False
    return access.Field.SEALED in access.fields(session, actor, row.case_id, Capability.REPORTER, now=now)
