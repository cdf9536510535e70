"""Who is served, how names are found, and when a task may be closed."""

import unicodedata
from datetime import date, timedelta
from uuid import UUID

from porchlight.core.i18n import _
from porchlight.core.refused import Refused

UNDO = timedelta(minutes=10)  # for so long a task that was ticked off stays in sight, to be taken back
SERVED = ("child", "adult")  # the roles of persons whom the work is for; parents and relatives are not


def fold(words: str) -> str:
    """Letters without case and accents, so that "munoz" finds "Muñoz"."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def named(search: str, *names: str) -> bool:
    """Whether every word of the search stands in the names."""
    held = fold(" ".join(names))
    return all(word in held for word in fold(search).split())


def age(born_on: date, today: date) -> int:
    """Whole years; who was born on 29 February is a year older from 1 March in other years."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def check_can_complete(*, owner_id: UUID, account_id: UUID, supervises_owner: bool) -> None:
    """A task is ticked off by its owner or by someone above the owner."""
    if account_id != owner_id and not supervises_owner:
        raise Refused(_("This is someone else's to do. Ask them or their supervisor to tick it off."))
