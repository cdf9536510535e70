"""What may become of a hand-over that was offered."""

from collections.abc import Mapping
from datetime import timedelta

from porchlight.crises.handovers.values import Offer

NEXT: Mapping[Offer, frozenset[Offer]] = {
    Offer.OFFERED: frozenset({Offer.ACCEPTED, Offer.DECLINED, Offer.WITHDRAWN, Offer.LAPSED}),
    Offer.ACCEPTED: frozenset(),
    Offer.DECLINED: frozenset(),
    Offer.WITHDRAWN: frozenset(),
    Offer.LAPSED: frozenset(),
}

# Then whoever offered it hears that nobody answered: as long as from one level of the chain to the next.
NO_ANSWER = timedelta(minutes=5)
