"""What is due when: contact rules as data, with their jurisdiction, source and first day."""
