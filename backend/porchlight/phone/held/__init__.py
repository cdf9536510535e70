"""What is held for a supervisor: work from phones and people that were switched off, to be looked at and decided."""
