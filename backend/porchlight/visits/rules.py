"""What a visit must hold, when it may be said, and how a family's answer may change; pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from porchlight.core.i18n import _
from porchlight.core.refused import FieldError, Invalid, Refused
from porchlight.visits.values import Alone, Answer, Asked, Child, Difference, Kind, Place

FUTURE = timedelta(minutes=10)  # clocks of good phones differ by less
MOST_DRIFT = timedelta(hours=24)  # a phone further off than this has a wrong day, and its person must say the right one
LONGEST = timedelta(hours=24)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LINK_LIFE = timedelta(days=7)  # trust.md, Signing in: foster parents
MOST_WORDS = 5_000
ASK_AGAIN_AFTER = timedelta(days=1)  # a second tap on the same day sends no second message

SEEN_IN_PERSON = frozenset({Kind.CASEWORKER_VISIT, Kind.FAMILY_TIME})
NOT_IN_PERSON = frozenset({Place.PHONE, Place.VIDEO})
REASON_FOR = frozenset({Alone.NO, Alone.NOT_POSSIBLE})

NEXT: Mapping[Asked, frozenset[Asked]] = {
    Asked.NOT_ASKED: frozenset({Asked.ASKED}),
    Asked.ASKED: frozenset({Asked.CONFIRMED, Asked.DIFFERENT, Asked.EXPIRED}),
    Asked.CONFIRMED: frozenset({Asked.DIFFERENT}),
    Asked.DIFFERENT: frozenset({Asked.CONFIRMED}),
    Asked.EXPIRED: frozenset({Asked.ASKED}),
}


@dataclass(frozen=True, slots=True)
class LateEntry:
    """Written down this long after the visit or later, it is a late entry and says why."""

    after: timedelta
    source: str


LATE_ENTRY = LateEntry(timedelta(days=3), "[D] no statute found; an agency sets its own, see duty S2-6")


class LinkExpired(Refused):
    """The link was good for LINK_LIFE, and that is over."""

    status = 410


def check_all(*checks: Callable[[], None]) -> None:
    """Runs every check and raises Invalid with all their mistakes, so that a person mends them in one go."""
    found: list[FieldError] = []
    for check in checks:
        try:
            check()
        except Refused as refused:
            found += refused.errors
    if found:
        raise Invalid(found)


def check_times(started: datetime, ended: datetime, *, now: datetime, drift: timedelta) -> None:
    """drift: the phone's clock minus ours. A phone that runs ahead may say a time that is still to come, by so much."""
    latest = now + FUTURE + min(max(drift, timedelta(0)), MOST_DRIFT)
    if started < EARLIEST:
        raise Refused(_("Check the day. Write when the visit began."), field="started_at")
    if started > latest:
        raise Refused(
            _("This time has not come yet. Write when the visit began, and check the clock of this phone."),
            field="started_at",
        )
    if ended < started:
        raise Refused(_("The end is before the beginning. Write when the visit ended."), field="ended_at")
    if ended > latest:
        raise Refused(
            _("This time has not come yet. Write when the visit ended, and check the clock of this phone."),
            field="ended_at",
        )
    if ended - started > LONGEST:
        raise Refused(
            _("A visit lasts at most 24 hours. Check the day it ended, or write two visits."), field="ended_at"
        )


def entered_at(captured_at: datetime, drift: timedelta, *, now: datetime) -> datetime:
    """When it was written down, by our clock, as far as the phone's clock can tell."""
    try:
        return min(captured_at - drift, now)
    except OverflowError:
        return now


def is_late(ended: datetime, entered: datetime) -> bool:
    """Whether it was written down so late that it is labelled as a late entry."""
    return entered - ended > LATE_ENTRY.after


def check_late(ended: datetime, entered: datetime, late_reason: str) -> None:
    """entered: when it was written down, on the phone or here; not when it arrived."""
    if is_late(ended, entered) and not late_reason:
        raise Refused(
            _("This visit is more than {days} days ago. Write why you enter it late."),
            field="late_reason",
            days=LATE_ENTRY.after.days,
        )


def check_place(kind: str, place: str, *, in_residence: bool) -> None:
    """A call is not a visit: only being there can count (rules.md, 1: a visit is face to face)."""
    if kind in SEEN_IN_PERSON and place in NOT_IN_PERSON:
        raise Refused(
            _("A visit is in person. Choose another place, or choose phone or video as the kind."), field="place"
        )
    if in_residence and place in NOT_IN_PERSON:
        raise Refused(
            _("Nobody is at home by phone or video. Take away the tick, or choose the place."), field="in_residence"
        )


def check_can_log(kind: str, children: Sequence[Child], *, of_case: Iterable[UUID]) -> None:
    """Every child belongs to this family and stands there once; a visit names at least one."""
    known = frozenset(of_case)
    if not children and kind in SEEN_IN_PERSON:
        raise Refused(_("Say for each child whether you saw them."), field="children")
    for at, child in enumerate(children):
        if child.person_id not in known:
            raise Refused(
                _("One of these children is not in this family. Open the form again from the family's page."),
                field=f"children.{at}.person_id",
            )
    if len({child.person_id for child in children}) < len(children):
        raise Refused(_("A child is here twice. Open the form again from the family's page."), field="children")


def check_children(kind: str, children: Sequence[Child]) -> None:
    """Per child: not seen needs a reason; seen on a caseworker's visit, say if alone, and if not, why (dcyf 4420)."""
    check_all(*(lambda at=at, child=child: _check_child(kind, at, child) for at, child in enumerate(children)))


def _check_child(kind: str, at: int, child: Child) -> None:
    if not child.seen:
        if not child.not_seen_reason:
            raise Refused(_("Write why you did not see this child."), field=f"children.{at}.not_seen_reason")
    elif not child.alone and kind == Kind.CASEWORKER_VISIT:
        raise Refused(_("Say whether you saw this child alone."), field=f"children.{at}.alone")
    elif child.alone in REASON_FOR and not child.alone_reason:
        raise Refused(_("Write why you did not talk with this child alone."), field=f"children.{at}.alone_reason")


def check_names(shown: Mapping[str, str], names: Iterable[tuple[str, str]]) -> None:
    """What the family reads by link never holds a child's name in full (docs/wire.md). shown: words by field."""
    for first, last in names:
        full = re.compile(rf"(?<!\w){re.escape(_folded(first))} {re.escape(_folded(last))}(?!\w)")
        for field, words in shown.items():
            if first and last and full.search(_folded(words)):
                raise Refused(
                    _("The family reads this on a page without a lock. Write the first name only."), field=field
                )


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def asked_state(answers: Iterable[str], links_end: Iterable[datetime], *, now: datetime) -> Asked:
    """answers: the last one of each caregiver; one who says that something is different outweighs the rest."""
    given, ends = set(answers), list(links_end)
    if given:
        return Asked.DIFFERENT if Answer.DIFFERENT in given else Asked.CONFIRMED
    if not ends:
        return Asked.NOT_ASKED
    return Asked.ASKED if max(ends) > now else Asked.EXPIRED


def check_next(state: Asked, to: Asked) -> None:
    """Saying the same again is always possible."""
    if to != state and to not in NEXT[state]:
        raise LinkExpired(_("This link no longer works. Ask for a new one, or call us."))


def check_can_answer(expires_at: datetime, *, shown: str, current: str, now: datetime) -> None:
    """shown: the hash of the summary that the page showed, as its form sent it back; current: the visit's own."""
    if now >= expires_at:
        raise LinkExpired(_("This link no longer works. Ask for a new one, or call us."))
    if not shown:
        raise Refused(_("Read the page and press one of its buttons."))
    if shown != current:
        raise Refused(_("This page has changed since you opened it. Please read it again."))


def may_ask_again(asked_again_at: datetime | None, *, now: datetime) -> bool:
    return asked_again_at is None or now - asked_again_at >= ASK_AGAIN_AFTER


def check_different(reason: str, words: str) -> None:
    if reason not in set(Difference):
        raise Refused(_("Choose what is different."), field="different")
    if len(words) > MOST_WORDS:
        raise Refused(_("This is too long. Make it shorter, or call us."), field="words")


def _clean(words: str) -> str:
    return unicodedata.normalize("NFC", words).strip()


def _one_line(words: str, between: str = " ") -> str:
    return between.join(_clean(words).splitlines())


def _to_minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def summary_text(
    *,
    visit_id: UUID,
    started_at: datetime,
    ended_at: datetime,
    zone: str,
    place: str,
    came: str,
    agreed: Sequence[str],
    next_visit: date | None,
    note: str,
) -> str:
    """The text that is signed and confirmed (docs/wire.md); a machine's text, the same on the phone and here."""
    lines = [
        "porchlight-summary/1",
        f"visit {visit_id}",
        f"from {_to_minute(started_at)}",
        f"to {_to_minute(ended_at)}",
        f"zone {_clean(zone)}",
        f"place {_clean(place)}",
        f"came {_one_line(came)}",
        *(f"agreed {_one_line(item)}" for item in agreed),
        f"next {next_visit.isoformat() if next_visit else '-'}",
        "note " + _one_line(note, between="\u2028"),
    ]
    return "\n".join(lines)


def short_name(name: str) -> str:
    """First name and initial, as a family knows the worker: “Rowan I.”"""
    first, _space, rest = name.strip().partition(" ")
    return f"{first} {rest.split()[-1][0]}." if rest.split() else first
