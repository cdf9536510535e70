"""From what a page sends to drafts: wall clocks of the schedule's zone, lists of one, the order of people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from porchlight.core.clock import at_wall
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.oncall.planning.drafts import OverrideDraft, TemporaryDraft, TurnsDraft, blank
from porchlight.web import forms

Typed = Mapping[str, Any]


def listed(value: Any) -> list[str]:
    """A field that was sent once, several times or not at all."""
    return [str(one) for one in value if one] if isinstance(value, list) else [str(value)] if value else []


def turns(typed: Typed, zone: str) -> TurnsDraft:
    """Raises Invalid, beside the field."""
    own = ("position", "name", "kind", "length", "first_on", "hand_off", "priority")
    found: dict[str, Any] = blank({name: typed.get(name) for name in own})
    weekdays = listed(typed.get("weekdays"))
    start, end = typed.get("start"), typed.get("end")
    if weekdays or start or end:
        window = {
            "weekdays": weekdays or [str(day) for day in range(7)],
            "start": start or "00:00",
            "end": end or start or "00:00",
        }
        found["windows"] = [window]
    if typed.get("from_at"):
        found["from_at"] = _moment(typed["from_at"], zone, "from_at")
    return forms.read(TurnsDraft, {**found, "members": listed(typed.get("members"))})


def override(typed: Typed, zone: str) -> OverrideDraft:
    found = blank({name: typed.get(name) for name in ("position", "account_id", "instead_of", "reason", "anyway")})
    return forms.read(OverrideDraft, {**found, **_span(typed, zone)})


def temporary(typed: Typed, zone: str) -> TemporaryDraft:
    """One person for all of its span in each position that is named; the API knows more."""
    span = _span(typed, zone)
    positions = listed(typed.get("positions"))
    spans = [
        {"position": one, "account_id": typed[f"who_{one}"], **span} for one in positions if typed.get(f"who_{one}")
    ]
    found = blank({name: typed.get(name) for name in ("reason", "anyway")})
    return forms.read(TemporaryDraft, {**found, **span, "positions": positions, "spans": spans})


def _span(typed: Typed, zone: str) -> dict[str, datetime]:
    names = ("from_at", "to_at")
    return {name: _moment(typed[name], zone, name) for name in names if typed.get(name)}


def _moment(text: Any, zone: str, field: str) -> datetime:
    """A wall clock of the schedule's zone, as a phone's picker writes it."""
    try:
        wall = datetime.fromisoformat(str(text))
    except ValueError:
        raise Refused(_("Write the date and time like 2026-11-23 16:10."), field=field) from None
    if wall.tzinfo is not None or not 1970 <= wall.year <= 2100:
        raise Refused(_("Write the date and time like 2026-11-23 16:10."), field=field)
    return at_wall(wall, zone)


def reordered(members: list[str], act: str, added: str) -> list[str]:
    """act: "up:1", "down:0", "out:2" (places), or "add"."""
    verb, _colon, place = act.partition(":")
    found = list(members)
    if verb == "add":
        return [*found, added] if added else found
    at = int(place) if place.isdigit() and int(place) < len(found) else -1
    if at < 0:
        return found
    one = found.pop(at)
    if verb != "out":
        found.insert(max(0, at - 1) if verb == "up" else at + 1, one)
    return found
