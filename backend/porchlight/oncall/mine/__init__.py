"""My shifts: what I have, what is asked of me, what I have asked, and whether my phone can wake me."""
