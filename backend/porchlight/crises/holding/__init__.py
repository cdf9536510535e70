"""Who has a crisis and how: nudged when silent, let go of, pressed on when one of its clocks has run out."""
