"""What counts as proven: a phone speaks for itself, except that only an alert that was answered proves alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.ready.values import Check, Standing


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the card. proven_at: when it was last proven, even if it is not any more."""

    check: Check
    standing: Standing
    proven_at: datetime | None = None


def check_can_report(check: Check, standing: Standing) -> None:
    """Raises Refused: a phone may not say of itself that an alert woke it."""
    if check == Check.ALERTS and standing == Standing.PROVEN:
        raise Refused(_("Only a test alert that was answered on this phone proves this. Send one."), field="check")


def alerts_line(said: Line, *, subscribed: bool, answered_at: datetime | None) -> Line:
    """Alerts, by what the server knows: this phone is called, and has answered.

    said: what the phone reported; of that only "not possible" counts.
    """
    if subscribed and answered_at:
        return Line(Check.ALERTS, Standing.PROVEN, answered_at)
    impossible = said.standing == Standing.NOT_POSSIBLE and not subscribed
    return Line(Check.ALERTS, Standing.NOT_POSSIBLE if impossible else Standing.NOT_PROVEN, answered_at)


def card(said: Mapping[Check, Line], *, subscribed: bool, answered_at: datetime | None) -> list[Line]:
    """Every row of the card in its order; what nobody has tried is not proven."""
    lines = {check: said.get(check, Line(check, Standing.NOT_PROVEN)) for check in Check}
    lines[Check.ALERTS] = alerts_line(lines[Check.ALERTS], subscribed=subscribed, answered_at=answered_at)
    return list(lines.values())


def missing(lines: Sequence[Line]) -> list[Check]:
    """What is not proven, for whichever reason."""
    return [line.check for line in lines if line.standing != Standing.PROVEN]


def moment_of(said_at: datetime, *, now: datetime) -> datetime:
    """A phone may have proven it earlier, without signal; its clock may be ahead of ours."""
    return min(said_at, now)
