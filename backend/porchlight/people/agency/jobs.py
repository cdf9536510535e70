"""Asking the agency's provider from time to time whether a session's person may still come in there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.tools import Tools
from porchlight.people import rules as people_rules
from porchlight.people.agency import rounds, service
from porchlight.people.agency.models import AgencySession
from porchlight.people.agency.provider import Provider, ProviderDown, Revoked
from porchlight.people.models import SignIn


def ask(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"sign_in_id"}. A provider that does not answer shuts nobody out: it is asked again."""
    sign_in_id = UUID(payload["sign_in_id"])
    with tools.db.reading() as session:
        asked = _alive(session, sign_in_id, tools.db.now(session))
    token = rounds.unseal(tools.keys, rounds.TOKEN, asked.sealed_token) if asked else None
    if asked is None or token is None:
        return
    renewed = ""
    try:
        renewed = Provider(tools.settings).refresh(token)
    except ProviderDown:
        renewed = token
    except Revoked:
        pass
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        row = _alive(session, sign_in_id, now)
        if row is None or row.sealed_token != asked.sealed_token:  # asked about twice: the other one has the new token
            return
        if not renewed:
            service.shut_out(session, row.identity_id, now=now)
            return
        row.sealed_token, row.asked_at = rounds.seal(tools.keys, rounds.TOKEN, renewed), now
        session.add(row)
        service.ask_later(session, sign_in_id, now=now)


def _alive(session: Session, sign_in_id: UUID, now: datetime) -> AgencySession | None:
    row, ours = session.get(AgencySession, sign_in_id), session.get(SignIn, sign_in_id)
    if row is None or ours is None or ours.ended_at or now - ours.started_at >= people_rules.ABSOLUTE:
        return None
    return row


JOBS = {service.ASK: ask}
