"""Taking a call: an alert for somebody on the telephone; and keeping the number of a region true."""

from datetime import datetime
from uuid import UUID

from pydantic import ValidationInfo, field_validator
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import raising
from porchlight.crises.clocks.service import pressed
from porchlight.crises.escalating import locked
from porchlight.crises.intake import queries, rules
from porchlight.crises.intake.models import Caller
from porchlight.crises.raising import CrisisBody, Raised
from porchlight.crises.rules import LONGEST_WORDS, keepable
from porchlight.crises.timeline import say
from porchlight.crises.values import Reason
from porchlight.people.access import Role
from porchlight.web.forms import Input

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")
TAKERS = (Role.INTAKE, Role.SUPERVISOR)


class CallBody(Input):
    """What the one who takes a call writes down while it lasts. region: empty where there is only one."""

    id: UUID
    reason: Reason
    words: str = ""
    name: str = ""
    phone: str = ""
    who: str = ""
    region: str = ""

    @field_validator("words", "name", "phone", "who", mode="before")
    @classmethod
    def _take_them_anyway(cls, words: object, info: ValidationInfo) -> object:
        """As `CrisisBody`: what cannot be kept is left out."""
        most = LONGEST_WORDS if info.field_name == "words" else rules.LONGEST_LINE
        return keepable(words)[:most] if isinstance(words, str) else words


def check_takes_calls(actor: Actor) -> UUID:
    """The organization whose calls this person takes. Raises NotFound for everybody else."""
    if actor.organization_id is None or not actor.has(*TAKERS):
        raise NotFound(NOT_HERE)
    return actor.organization_id


def take_call(session: Session, actor: Actor, body: CallBody, *, now: datetime) -> Raised:
    """Raise an alert for a caller: known or not, no file is opened. The same body again answers the same.

    Raises NotFound, Conflict, Refused.
    """
    organization_id = check_takes_calls(actor)
    schedules = {one.region: one.schedule_id for one in queries.lines(session, organization_id, now)}
    if len(schedules) > 1 and body.region not in schedules:
        raise Refused(_("Choose where the caller is."), field="region")
    said = "\n".join(one for one in (body.words, body.who) if one)
    crisis = CrisisBody(id=body.id, reason=body.reason, words=said)
    made = raising.raise_crisis(session, actor, crisis, schedule_id=schedules.get(body.region), now=now)
    if made.new:
        session.add(
            Caller(
                crisis_id=made.id,
                organization_id=organization_id,
                name=body.name,
                phone=rules.number_as_said(body.phone),
                who=body.who,
                region=body.region,
            )
        )
    return made


def told(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime) -> None:
    """The caller was rung back and knows who comes. The same press within a minute is one. Raises NotFound."""
    organization_id = check_takes_calls(actor)
    if not queries.taken_by_telephone(session, crisis_id, organization_id):
        raise NotFound(NOT_HERE)
    crisis = locked(session, crisis_id)
    if crisis and not pressed(session, crisis_id, "told", actor.account_id, now=now):
        say(session, crisis_id, "told", actor.account_id, at=now)
        audit.record(session, actor, "crisis.caller_told", crisis_id, now=now, number=crisis.number)
