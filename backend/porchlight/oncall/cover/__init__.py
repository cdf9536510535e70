"""Whether somebody is on call at every hour, and what was published."""
