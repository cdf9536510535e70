"""Whose pages the offline pack is made of; a room that has pages for the road adds a line here."""

from porchlight.phone.pack import Source

SOURCES: tuple[Source, ...] = ()
