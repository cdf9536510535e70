"""How we reach you; and, for a supervisor, what is set up here and who has no second channel."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from porchlight.alerts import set_up
from porchlight.alerts.texts import spending
from porchlight.alerts.values import Channel
from porchlight.alerts.ways import queries, rules
from porchlight.alerts.ways.service import NOT_HERE
from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.refused import NotFound
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.settings import Settings
from porchlight.web.rendering import View

AWAKE = (Role.ON_CALL, Role.SUPERVISOR)


def ways_view(session: Session, actor: Actor, *, now: datetime, asked: str = "") -> View:
    """My channels in my order. asked: the channel whose code was just sent, of several that wait for one."""
    rows = [_row(one, now, at) for at, one in enumerate(queries.own(session, actor.account_id))]
    waiting = [one["channel"] for one in rows if one["code_waits"]]
    quiet = queries.quiet(session, actor.account_id)
    hours = {"from_time": f"{quiet[0]:%H:%M}", "until_time": f"{quiet[1]:%H:%M}"} if quiet else {}
    context = {
        "ways": rows,
        "asked": asked if asked in waiting else next(iter(waiting), ""),
        "values": hours,
        "second": queries.second_channel(session, actor.account_id),
        "on_call": actor.has(Role.ON_CALL, Role.SUPERVISOR),
        "leads": actor.has(Role.SUPERVISOR),
    }
    return View("alerts/ways.html", context)


def _row(one: queries.WayLine, now: datetime, at: int) -> dict[str, Any]:
    can_test = one.set_up and (one.phones > 0 if one.channel == Channel.PUSH else bool(one.address))
    return {
        "channel": one.channel.value,
        "address": one.address,
        "phones": one.phones,
        "set_up": one.set_up,
        "works": one.works,
        "stopped": one.stopped,
        "dead_at": one.dead_at,
        "proven_at": one.proven_at,
        "first": at == 0,
        "can_test": can_test,
        "code_waits": one.code_sent_at is not None and now - one.code_sent_at < rules.CODE_LIVES,
    }


def channels_view(session: Session, actor: Actor, settings: Settings, *, now: datetime) -> View:
    """Which channels this installation has, what texts cost this month, and who of mine has push alone.

    Raises NotFound for whoever leads nobody.
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    staff = list(session.scalars(people.staff_under(actor.account_id)))
    awake = {one.id for role in AWAKE for one in people.accounts_with_role(session, role)}
    known = people.accounts(session, [one for one in staff if one in awake])
    audit.saw(session, actor, "channels.seen", None, now=now, people=list(known))
    context = {
        "there": [one.value for one in Channel if one in set_up.of(session)],
        "spent": spending.this_month(session, now=now) / 100,
        "limit": settings.text_limit,
        "push_only": sorted(
            (_person(session, one) for one in known if _relies(session, one)), key=lambda one: str(one["name"])
        ),
    }
    return View("alerts/channels.html", context)


def _relies(session: Session, account_id: Any) -> bool:
    """Whether neither a text nor a call reaches this person for certain."""
    return queries.accepted(session, account_id) is not None or not queries.second_channel(session, account_id)


def _person(session: Session, account_id: Any) -> dict[str, Any]:
    person, word = people.account(session, account_id), queries.accepted(session, account_id)
    by = people.account(session, word.by) if word else None
    return {
        "id": account_id,
        "name": person.name if person else "",
        "phone": person.phone if person else "",
        "accepted": {"by": by.name if by else "", "at": word.at, "words": word.words} if word else None,
    }
