"""Contacts with a family: what was seen and agreed, each child's own words apart, and the caregiver's confirmation."""
