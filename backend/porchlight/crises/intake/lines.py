"""Keeping the numbers of a region true: the one that people ring, tries of it, and whom a responder rings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises.intake import queries, rules
from porchlight.crises.intake.models import HelpLine, LineDrill, RegionHelper
from porchlight.crises.intake.service import NOT_HERE, check_takes_calls
from porchlight.people import service as people
from porchlight.people.access import Role
from porchlight.web.forms import Input


class LineBody(Input):
    region: str
    phone: str
    answered_by: str = Field(min_length=1, max_length=200)


class DrillBody(Input):
    region: str
    answered: bool
    answered_by: str = Field(default="", max_length=200)


class HelpersBody(Input):
    """Each a number, a short one like 911, or nothing."""

    region: str
    police: str = Field(default="", max_length=rules.LONGEST_NUMBER)
    mobile_crisis: str = Field(default="", max_length=rules.LONGEST_NUMBER)
    interpreter: str = Field(default="", max_length=rules.LONGEST_NUMBER)


def set_line(session: Session, actor: Actor, body: LineBody, *, now: datetime) -> None:
    """From now on people of this region ring this number. The first region's is the agency's own. Raises NotFound, Refused."""
    organization_id = _check_leads(session, actor, body.region, now)
    phone = rules.line_number(body.phone)
    held = queries.newest(session, organization_id, body.region)
    if held and (held.phone, held.answered_by) == (phone, body.answered_by):
        return
    row = HelpLine(
        organization_id=organization_id,
        region=body.region,
        phone=phone,
        answered_by=body.answered_by,
        made_by=actor.account_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "line.set", row.id, now=now, region=body.region)
    if body.region == queries.lines(session, organization_id, now)[0].region:
        people.set_number(session, actor, organization_id, phone, now=now)


def drill(session: Session, actor: Actor, body: DrillBody, *, now: datetime) -> None:
    """Somebody rang the number of a region: whether it was answered, and by whom. Raises NotFound, Refused."""
    organization_id = _check_leads(session, actor, body.region, now)
    if body.answered and not body.answered_by:
        raise Refused(_("Write who answered."), field="answered_by")
    line = next(one for one in queries.lines(session, organization_id, now) if one.region == body.region)
    known = select(LineDrill).where(
        LineDrill.organization_id == organization_id,
        LineDrill.region == body.region,
        LineDrill.made_by == actor.account_id,
        LineDrill.made_at > now - rules.SAME_PRESS,
    )
    if session.exec(known).first():
        return
    row = LineDrill(
        organization_id=organization_id,
        region=body.region,
        phone=line.phone,
        answered=body.answered,
        answered_by=body.answered_by,
        made_by=actor.account_id,
        made_at=now,
    )
    session.add(row)
    audit.record(session, actor, "line.drilled", row.id, now=now, region=body.region, answered=body.answered)


def set_helpers(session: Session, actor: Actor, body: HelpersBody, *, now: datetime) -> None:
    """Whom a responder of this region rings besides the team. Raises NotFound, Refused."""
    organization_id = _check_leads(session, actor, body.region, now)
    held = queries.helpers(session, organization_id, body.region)
    for kind in rules.HELPERS:
        phone = rules.helper_number(getattr(body, kind), field=kind)
        if phone != held.get(kind, ""):
            row = RegionHelper(
                organization_id=organization_id,
                region=body.region,
                kind=kind,
                phone=phone,
                made_by=actor.account_id,
                made_at=now,
            )
            session.add(row)
            audit.record(session, actor, "helper.set", row.id, now=now, region=body.region, kind=kind)


def rename(session: Session, actor: Actor, organization_id: UUID, before: str, region: str, now: datetime) -> None:
    """A region has another name: its number, the last try of it and its helpers are said again under the new one."""
    made: dict[str, Any] = {
        "organization_id": organization_id,
        "region": region,
        "made_by": actor.account_id,
        "made_at": now,
    }
    if line := queries.newest(session, organization_id, before):
        session.add(HelpLine(**made, phone=line.phone, answered_by=line.answered_by))
    for kind, phone in queries.helpers(session, organization_id, before).items():
        session.add(RegionHelper(**made, kind=kind, phone=phone))
    if last := queries.last_drill(session, organization_id, before):
        tried = {**made, "made_at": last.at}
        session.add(LineDrill(**tried, phone=last.phone, answered=last.answered, answered_by=last.answered_by))
    audit.record(session, actor, "line.renamed", None, now=now, before=before, region=region)


def _check_leads(session: Session, actor: Actor, region: str, now: datetime) -> UUID:
    organization_id = check_takes_calls(actor)
    if not actor.has(Role.SUPERVISOR) or region not in {
        one.region for one in queries.lines(session, organization_id, now)
    }:
        raise NotFound(NOT_HERE)
    return organization_id
