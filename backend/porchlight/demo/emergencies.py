"""Two uses of emergency access: one that waits for Priya's review, one that was reviewed."""

from datetime import timedelta

from porchlight.cases.emergency import rules
from porchlight.cases.emergency.models import EmergencyAccess
from porchlight.demo.book import Book

USES = (
    # Who, whose family, hours ago, why, what came of it.
    ("joss", "harrow", 9, "The police rang: a girl at the bus station says that she is Mirren", ""),
    (
        "lindell",
        "ekwueme_lund",
        52,
        "The school nurse asked for allergies, and nobody answered",
        "He rang me right after.",
    ),
)


def load(book: Book) -> None:
    for name, family, hours, reason, words in USES:
        at = book.now - timedelta(hours=hours)
        row = EmergencyAccess(
            case_id=book.household(family).case_id,
            account_id=book.accounts[name],
            reason=reason,
            opened_at=at,
            ends_at=at + rules.LASTS,
            ended_at=at + timedelta(minutes=20),
            reviewer_id=book.accounts["priya"],
            review_due_at=at + rules.REVIEWED_WITHIN,
        )
        if words:
            row.reviewed_at, row.reviewed_by = at + timedelta(hours=7), book.accounts["priya"]
            row.finding, row.finding_words = "right", words
        book.put(row)
