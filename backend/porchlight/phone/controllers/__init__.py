"""The doors of a phone: deposits, the pack, its lock, orders from afar, what never came, and the file of one that cannot send."""

from porchlight.phone.controllers import depositing, locking, missing, ordering, reading, taking_in

ROUTES = [*reading.ROUTES, *depositing.ROUTES, *locking.ROUTES, *missing.ROUTES, *ordering.ROUTES, *taking_in.ROUTES]
