"""Which page of a long list is meant: 0 is the newest."""

MOST = 10_000  # pages; what lies behind is no page that a link of ours leads to


def which(older: int) -> int:
    """What somebody typed into an address, as a page that a database can count to."""
    return min(max(older, 0), MOST)
