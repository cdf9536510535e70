"""Check-in: a worker says by when they should be out; who does not check in is asked, and then others are called."""
