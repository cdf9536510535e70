"""Acts of a night that several tests of the engine play."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import select

from porchlight.alerts import service as alerting
from porchlight.alerts.models import Delivery, PushSubscription
from porchlight.alerts.tokens import token_of
from porchlight.alerts.values import DeliveryState
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import answering, queries, raising
from porchlight.crises.handovers import service as handovers
from porchlight.crises.handovers.models import Handover
from porchlight.crises.holding import service as holding
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason
from tests.clocks import Clock
from tests.pushing import Service
from tests.working import work
from tests.world import World


@dataclass
class Night:
    """One crisis of the small world, its people by first name."""

    db: Database
    world: World
    clock: Clock
    tools: Tools
    push: Service
    dark: bool = False  # phones get their pushes, and nothing of it is seen
    id: UUID = field(default_factory=new_id)

    def phone_answers(self, name: str, what: str) -> None:
        """From now on the push service of this person's phone answers that (tests/pushing.py)."""
        with self.db.transaction() as session:
            query = select(PushSubscription).where(PushSubscription.account_id == self.world.accounts[name])
            for row in session.exec(query):
                row.endpoint = row.endpoint.replace("/ok/", f"/{what}/")
                session.add(row)

    def begin(self, reason: Reason = Reason.HURT, **body: Any) -> "Night":
        said = CrisisBody(id=new_id(), reason=reason, **body)
        with self.db.transaction() as session:
            raising.raise_crisis(session, self.world.actor(session, "tamsin"), said, now=self.clock.moment)
        self.id = said.id
        return self.work()

    def work(self, **later: float) -> "Night":
        self.clock.move(**later)
        work(self.tools)
        if not self.dark:
            self._show()
            work(self.tools)
        return self

    def _show(self) -> None:
        """Each phone that has got a push says that it has shown it."""
        with self.db.transaction() as session:
            for delivery in session.exec(select(Delivery.id).where(Delivery.state == DeliveryState.ACCEPTED)).all():
                token = token_of(self.tools.keys, delivery)
                receipt = alerting.note(session, token, DeliveryState.SHOWN, now=self.clock.moment)
                answering.hear_receipt(session, receipt, now=self.clock.moment)

    def take(self, name: str, via: str = "page") -> answering.Taken:
        with self.db.transaction() as session:
            return answering.acknowledge(session, self.id, self.world.accounts[name], via, now=self.clock.moment)

    def note(self, name: str, words: str = "Going there.") -> None:
        with self.db.transaction() as session:
            body = answering.NoteBody(words=words)
            answering.note(session, self.world.actor(session, name), self.id, body, now=self.clock.moment)

    def resolve(self, name: str) -> None:
        with self.db.transaction() as session:
            body = answering.ResolveBody.model_validate({"ending": "calm"})
            answering.resolve(session, self.world.actor(session, name), self.id, body, now=self.clock.moment)

    def give_back(self, name: str) -> None:
        with self.db.transaction() as session:
            holding.give_back(session, self.world.actor(session, name), self.id, now=self.clock.moment)

    def offer(self, name: str, to: str, handover_id: UUID | None = None) -> UUID:
        made = handover_id or new_id()
        with self.db.transaction() as session:
            handovers.offer(
                session,
                self.world.actor(session, name),
                self.id,
                made,
                to_id=self.world.accounts[to],
                words="Hester is at the neighbour's. Police are on the way.",
                now=self.clock.moment,
            )
        return made

    def accept(self, name: str, handover_id: UUID) -> None:
        with self.db.transaction() as session:
            handovers.accept(session, self.world.actor(session, name), handover_id, now=self.clock.moment)

    def decline(self, name: str, handover_id: UUID) -> None:
        with self.db.transaction() as session:
            handovers.decline(session, self.world.actor(session, name), handover_id, now=self.clock.moment)

    def rung(self) -> list[str]:
        """Whose phones were rung, in the order of ringing."""
        return [path.split("/")[2].split("-")[0] for path in self.push.paths()]

    def told(self) -> list[tuple[str, str]]:
        """The timeline, oldest first, without what became of deliveries: (kind, first name)."""
        with self.db.reading() as session:
            lines = queries.timeline(session, self.id, with_words=True)
        quiet = ("accepted", "shown", "failed")
        return [(one.kind, one.name.split(" ")[0]) for one in reversed(lines) if one.kind not in quiet]

    @property
    def crisis(self) -> Crisis:
        with self.db.reading() as session:
            return session.get_one(Crisis, self.id)

    @property
    def holder(self) -> str:
        """Whoever has it, by first name in small letters; empty for nobody."""
        with self.db.reading() as session:
            row = session.get(Acknowledgement, self.id)
        names = {account: name for name, account in self.world.accounts.items()}
        return names[row.account_id] if row else ""

    def offers(self) -> list[Handover]:
        with self.db.reading() as session:
            # A clock that stands gives every offer the same moment; ids tell which came later.
            return list(session.exec(select(Handover).order_by(Handover.offered_at, Handover.id)))  # type: ignore[arg-type]
