"""In which order a reviewer's families stand."""

from datetime import date

WEEK = 7
FAR = 10**6


def due_this_week(due_in: int | None) -> bool:
    """Late ones are due, too."""
    return due_in is not None and due_in <= WEEK


def pressing(due_in: int | None, hearing_on: date | None, waiting: int, name: str) -> tuple[int, date, int, str]:
    """Sorts by due date, then hearing, then days waiting, the longest first (rules.md, 11: the 80-family list)."""
    return (FAR if due_in is None else due_in, hearing_on or date.max, -waiting, name)
