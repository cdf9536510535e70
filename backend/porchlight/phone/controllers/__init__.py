"""The doors of a phone: deposits, the pack, its lock, orders from afar, and the file of one that cannot send."""

from porchlight.phone.controllers import depositing, locking, ordering, reading, taking_in

ROUTES = [*reading.ROUTES, *depositing.ROUTES, *locking.ROUTES, *ordering.ROUTES, *taking_in.ROUTES]
