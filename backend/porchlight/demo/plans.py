"""Safety plans with their older versions, which stay readable."""

from typing import Any

from porchlight.demo.book import Book, data
from porchlight.plans.models import SafetyPlan, SafetyPlanVersion
from porchlight.plans.rules import REVIEW_EVERY, check_sections


def load(book: Book) -> None:
    plans, versions = [], []
    for row in data("plans")["plans"]:
        home, child = book.child(row["child"])
        plan = SafetyPlan(case_id=home.case_id, person_id=child.id)
        plans.append(plan)
        for number, ago in enumerate(row["ago"], start=1):
            written = book.day(-ago)
            versions.append(
                SafetyPlanVersion(
                    plan_id=plan.id,
                    number=number,
                    sections=_sections(row, newest=number == len(row["ago"])),
                    written_by=book.accounts[home.worker],
                    written_at=book.at(written, 15),
                    valid_from=written,
                    review_due_on=written + REVIEW_EVERY,
                )
            )
    book.put(*plans, *versions)


def _sections(row: dict[str, Any], *, newest: bool) -> dict[str, Any]:
    """The newest version has what was learned since: the lines of `new`."""
    sections: dict[str, Any] = {name: list(lines) for name, lines in row["sections"].items()}
    if newest:
        for name, lines in row.get("new", {}).items():
            sections[name] = sections.get(name, []) + lines
    check_sections(sections)
    return sections
