"""A checkpoint: one signed line that says how long the chain was at a moment, and how it ended."""

from dataclasses import dataclass
from datetime import datetime

from porchlight.audit.canon import micros, moment_of
from porchlight.audit.keyring import Ring
from porchlight.audit.sealing import Head


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """kid: the short name of the Ed25519 key that signed it."""

    head: Head
    at: datetime
    kid: str
    signature: str

    @property
    def line(self) -> str:
        """`SIZE.MOMENT.HEAD.KEY.SIGNATURE`: a line of a file and the name of an object alike, in the order of sizes."""
        return f"{self._said}.{self.signature}"

    @property
    def _said(self) -> str:
        return _said(self.head, self.at, self.kid)

    def holds(self, ring: Ring) -> bool:
        """Whether a key of this installation signed exactly this."""
        return ring.signed(_bytes(self._said), self.kid, self.signature)


def make(ring: Ring, head: Head, now: datetime) -> Checkpoint:
    return Checkpoint(head, now, ring.sign_kid, ring.sign(_bytes(_said(head, now, ring.sign_kid))))


def read(line: str) -> Checkpoint | None:
    """None when it is no checkpoint, as the end of a line that a power cut left."""
    parts = line.split(".")
    if len(parts) != 5 or not parts[0].isdigit() or not parts[1].isdigit():
        return None
    return Checkpoint(Head(int(parts[0]), parts[2]), moment_of(int(parts[1])), parts[3], parts[4])


def _said(head: Head, at: datetime, kid: str) -> str:
    return f"{head.size:016d}.{micros(at):016d}.{head.hash}.{kid}"


def _bytes(said: str) -> bytes:
    return b"porchlight/checkpoint/1 " + said.encode()
