"""The pages about phones: mine, one phone, my people's, and ending somebody's access."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.phones import queries
from porchlight.people.queries import DeviceLine
from porchlight.people.values import DeviceState
from porchlight.web.rendering import View


def mine(session: Session, actor: Actor, *, now: datetime) -> View:
    devices = people.devices_of(session, actor.account_id)
    audit.saw(session, actor, "devices.listed", actor.account_id, now=now)
    leads = actor.has(Role.SUPERVISOR)
    return View("people/devices.html", {"devices": [_row(one, actor) for one in devices], "leads": leads})


def team(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever is no supervisor."""
    members = queries.team(session, actor)
    audit.saw(session, actor, "devices.team_listed", actor.account_id, now=now)
    return View(
        "people/team_devices.html",
        {
            "members": [
                {
                    "id": one.person.id,
                    "name": one.person.name,
                    "title": one.person.title,
                    "ended": one.ended,
                    "devices": [_row(device, actor) for device in one.devices],
                }
                for one in members
            ]
        },
    )


def member(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> View:
    """One of this supervisor's people, whose access may be ended or given back. Raises NotFound."""
    found = queries.member(session, actor, account_id)
    audit.saw(session, actor, "person.access_seen", account_id, now=now)
    return View("people/access.html", {"person": found.person, "ended": found.ended, "devices": len(found.devices)})


def device(session: Session, actor: Actor, device_id: UUID, *, now: datetime, template: str = "device") -> View:
    """One phone: how it stands, what can be done, what to expect. template: "erase" asks once more. Raises NotFound."""
    found = queries.device_for(session, actor, device_id)
    owner = people.account(session, found.account_id)
    by = people.account(session, found.ordered_by) if found.ordered_by else None
    audit.saw(session, actor, "device.seen", device_id, now=now)
    return View(
        f"people/{template}.html",
        {
            "device": _row(found, actor),
            "owner": owner.name if owner else "",
            "owner_id": found.account_id,
            "yours": found.account_id == actor.account_id,
            "back_href": "/devices" if found.account_id == actor.account_id else "/devices/team",
            "ordered_by": by.name if by else "",
            "heard_since": bool(found.ordered_at and found.last_seen_at > found.ordered_at),
        },
    )


def _row(one: DeviceLine, actor: Actor) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "here": one.id == actor.device_id,
        "state": one.state,
        "enrolled_at": one.enrolled_at,
        "last_seen_at": one.last_seen_at,
        "last_proven_at": one.last_proven_at,
        "ordered_at": one.ordered_at,
        "erased_at": one.erased_at,
        "confirmed_at": one.confirmed_at,
        "sealed_left": one.sealed_left,
        "drafts_lost": one.drafts_lost,
        "can_lock": one.state == DeviceState.ACTIVE,
        "can_erase": one.state in {DeviceState.ACTIVE, DeviceState.LOCKED},
    }
