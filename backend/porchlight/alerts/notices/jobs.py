"""Notices that a lower room leaves."""

from typing import Any
from uuid import UUID

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.core.tools import Tools


def tell(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"account_id", "words": a gettext id, "href", "at_once": whether it rings now, "key": of the notice, if any}."""
    with tools.db.transaction() as session:
        urgency = Urgency.SOON if payload.get("at_once") else Urgency.CALM
        telling.tell(
            session,
            UUID(payload["account_id"]),
            payload["words"],
            {},
            href=payload["href"],
            key=payload.get("key"),
            urgency=urgency,
            now=tools.db.now(session),
        )


JOBS = {"alerts.tell_notice": tell}
