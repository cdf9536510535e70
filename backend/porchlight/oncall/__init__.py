"""Who is on call, by whose turn it is and who stands in."""
