"""How long a file is kept, and who may erase it when; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.records.values import After, State

ADULT = 18  # years
NEXT: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.ERASED, State.WITHDRAWN}),
    State.ERASED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A file of this kind is kept for `years` after a day; years None: for good. valid_to: the first day it holds no more."""

    kind: str
    jurisdiction: str
    after: str
    years: int | None
    source: str
    valid_from: date
    valid_to: date | None = None

    def holds(self, today: date) -> bool:
        return self.valid_from <= today and (self.valid_to is None or today < self.valid_to)


@dataclass(frozen=True, slots=True)
class Due:
    """on: the first day on which a file may go; None while there is no such day. source: of the rule that decides."""

    on: date | None
    source: str


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def holding(rules: Iterable[Rule], jurisdiction: str, today: date) -> list[Rule]:
    """Of each event the rule that holds: the jurisdiction's own before everybody's, then the newest, then the last given."""
    found: dict[str, tuple[bool, date, int, Rule]] = {}
    for number, rule in enumerate(rules):
        if rule.holds(today) and rule.jurisdiction in ("", jurisdiction):
            rank = bool(rule.jurisdiction), rule.valid_from, number
            if rule.after not in found or rank > found[rule.after][:3]:
                found[rule.after] = *rank, rule
    return [held[-1] for held in found.values()]


def due(rules: Sequence[Rule], *, closed_on: date | None, born: Sequence[date | None]) -> Due:
    """The latest day of all rules. A child whose birthday is not known holds the file: nobody can say when it is grown."""
    if closed_on is None:
        return Due(None, "")
    days: list[tuple[date, str]] = []
    for rule in rules:
        if rule.years is None:
            return Due(None, rule.source)
        if rule.after == After.CLOSED:
            days.append((anniversary(closed_on, rule.years), rule.source))
        elif None in born:
            return Due(None, rule.source)
        else:
            days += [(anniversary(day, ADULT + rule.years), rule.source) for day in born if day]
    if not days:
        return Due(None, "")
    return Due(*max(days))


def check_can_ask(due: Due, *, today: date, held: bool, pending: bool, closed: bool, order: str) -> None:
    """Raises Refused: a file goes when it is due, or when a court has ordered it; never while it is held or open."""
    if held:
        raise Refused(_("This file is held. It cannot be erased until the hold ends."))
    if not closed:
        raise Refused(_("This case is still open. Close it first."))
    if pending:
        raise Refused(_("Somebody has already asked to erase this file."))
    if (due.on is None or due.on > today) and not order.strip():
        raise Refused(_("This file is not due yet. Write which court ordered it, and its number."), field="order")


def check_can_confirm(*, asked_by: UUID, account_id: UUID, held: bool, state: str) -> None:
    """Raises Refused: never by the one who asked (two-person rule), never while the file is held."""
    if state != State.ASKED:
        raise Refused(_("This was settled already. Reload the page."))
    if held:
        raise Refused(_("This file is held. It cannot be erased until the hold ends."))
    if asked_by == account_id:
        raise Refused(_("You asked for this yourself. Somebody else has to confirm it."))
