"""The codes of a door: what is over the same summary on both phones, how long it holds, which answer counts; pure."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from porchlight.core.i18n import _
from porchlight.visits.rules import LinkExpired

LIFE = timedelta(days=7)  # as a link: trust.md, Signing in
PATIENCE = timedelta(hours=24)  # [D] who was shown a code and has not answered by then is asked by message
UNMET = timedelta(days=60)  # [D] an answer whose visit never comes is not kept longer
AHEAD = timedelta(days=1)  # a phone's clock may be ahead; a code from further ahead says nothing about its age
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that are read for another
LENGTH = 10  # of five bits: 50 bits, asked for at most MOST_TRIES times before it gets slow
DIGITS = 6
MOST_EARLY = 20  # yeses, and as many others, that are kept of one code until its visit comes
MOST_TRIES = 20  # wrong codes from one address within people.rules.WINDOW


def _over(token: str, what: str, summary_sha256: str) -> bytes:
    return hmac.new(token.encode(), f"porchlight-door/1\n{what}\n{summary_sha256}".encode(), hashlib.sha256).digest()


def short_code(token: str, summary_sha256: str) -> str:
    """The ten letters that both phones show over the same summary (docs/wire.md, At the door)."""
    bits = int.from_bytes(_over(token, "code", summary_sha256)[:8], "big") >> 14
    return "".join(LETTERS[(bits >> 5 * place) & 31] for place in reversed(range(LENGTH)))


def yes_digits(token: str, summary_sha256: str) -> str:
    """The six digits that the foster parent's phone shows after a yes, over the same summary."""
    number = int.from_bytes(_over(token, "yes", summary_sha256)[:8], "big")
    return str(number % 10**DIGITS).zfill(DIGITS)


def same(one: str, other: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def plain(typed: str) -> str:
    """A code as somebody typed it, as it was made; empty when it cannot be one."""
    code = re.sub(r"[\s-]", "", typed).upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def ends_at(made_at: datetime, *, now: datetime) -> datetime:
    """made_at: by the phone's clock, mended by what was measured of it; one that is ahead gains nothing."""
    return min(made_at, now) + LIFE


def check_open(made_at: datetime, *, now: datetime) -> None:
    if made_at > now + AHEAD or ends_at(made_at, now=now) <= now:
        raise LinkExpired(_("This code no longer works. Ask for a new one, or call us."))


def said_at(age: timedelta, *, made_at: datetime, now: datetime) -> datetime:
    """When it was said, by our clock: its age is the difference of two times of one phone, so no clock need be right."""
    return max(min(now, now - age), min(made_at, now))


def counts(said: datetime, last: datetime | None) -> bool:
    """Whether an answer is newer than the one that stands: what was said later holds, however late the other arrives."""
    return last is None or said >= last
