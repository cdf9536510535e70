"""What a safety plan holds, and when it may be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from porchlight.core.i18n import _
from porchlight.core.refused import FieldError, Invalid

# The sections in the order in which somebody woken at night needs them (rules.md, 6). Steps, people and
# professionals hold small records, the others plain lines.
LINES = (
    "sets_off",
    "early_signs",
    "helps",
    "makes_worse",
    "respite",
    "safer_home",
    "must_be_told",
    "worked_before",
    "communication",
    "medical",
)
RECORDS: Mapping[str, tuple[str, ...]] = {
    "steps": ("what", "who"),
    "people": ("name", "relation", "phone"),
    "professionals": ("name", "phone"),
}
SECTIONS = (*LINES, *RECORDS)
HEALTH = ("medical",)  # sections that are a field class of their own
ADDRESS = ("respite",)
PHONES = ("people", "professionals")
MOST_LINES, MOST_LETTERS = 30, 500
REVIEW_EVERY = timedelta(days=90)  # rules.md, 6: default 90 days, or after each event


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """After a crisis a plan is looked at again within so many days. jurisdiction: "" where no state says otherwise."""

    jurisdiction: str
    days: int
    source: str
    valid_from: date


AFTER_A_CRISIS = (
    ReviewRule("", 7, "Our default: after each event, within a week", date(2000, 1, 1)),
    ReviewRule("Example", 5, "Alder County practice guide, 6.4 (invented)", date(2020, 1, 1)),
)


def review_after(jurisdiction: str, day: date, rows: Sequence[ReviewRule] = AFTER_A_CRISIS) -> date:
    """By when a plan is looked at again after a crisis on that day."""
    valid = [one for one in rows if one.valid_from <= day and one.jurisdiction in (jurisdiction, "")]
    rule = max(valid, key=lambda one: (one.jurisdiction == jurisdiction, one.valid_from))
    return day + timedelta(days=rule.days)


Sections = Mapping[str, Sequence[str | Mapping[str, str]]]


def check_sections(sections: Mapping[str, Any]) -> None:
    """Known sections of the right form, with at least one thing that helps and one step. Raises Invalid."""
    wrong = [
        FieldError(name, _("This plan has a part we do not know. Reload the page and try again."), {})
        for name in sections
        if name not in SECTIONS
    ]
    for name in SECTIONS:
        wrong += _check_section(name, sections.get(name, []))
    if not sections.get("helps"):
        wrong.append(FieldError("helps", _("Write down at least one thing that helps."), {}))
    if not sections.get("steps"):
        wrong.append(FieldError("steps", _("Write down at least one step, and who does it."), {}))
    if wrong:
        raise Invalid(wrong)


def _check_section(name: str, lines: Any) -> list[FieldError]:
    if not isinstance(lines, list | tuple) or len(lines) > MOST_LINES:
        return [FieldError(name, _("Keep this part to {most} lines."), {"most": MOST_LINES})]
    keys = RECORDS.get(name)
    for line in lines:
        words = [line] if keys is None else [line.get(key, "") for key in keys] if isinstance(line, Mapping) else [None]
        if any(not isinstance(word, str) or len(word) > MOST_LETTERS for word in words) or not (words[0] or "").strip():
            return [
                FieldError(name, _("Fill in each line with words, at most {most} letters."), {"most": MOST_LETTERS})
            ]
        if keys is not None and set(line) - set(keys):
            return [FieldError(name, _("This plan has a part we do not know. Reload the page and try again."), {})]
    return []


def check_days(*, valid_from: date, review_due_on: date) -> None:
    if review_due_on <= valid_from:
        message = _("Set the next review after the day the plan starts.")
        raise Invalid([FieldError("review_due_on", message, {})])


def open_sections(
    sections: Sections, *, health: bool, address: bool, phones: bool
) -> dict[str, Sequence[str | Mapping[str, str]]]:
    """The sections for a reader, without what is not open to them: health, places to stay, and phone numbers."""
    closed = (() if health else HEALTH) + (() if address else ADDRESS)
    shown = {name: sections.get(name, []) for name in SECTIONS if name not in closed}
    if not phones:
        for name in PHONES:
            shown[name] = [{**line, "phone": ""} for line in shown[name] if isinstance(line, Mapping)]
    return shown
