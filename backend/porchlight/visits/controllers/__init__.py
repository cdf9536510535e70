"""Visits over HTTP, every route on one screen."""

from porchlight.visits.controllers import amending, pages

ROUTES = [*pages.ROUTES, *amending.ROUTES]
