"""The clocks of a crisis: taken, left, there in person, safe, over, looked after; and who is told when one has run out."""
