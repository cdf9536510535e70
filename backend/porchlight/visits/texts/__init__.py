"""Messages that ask families to confirm: by text or e-mail, their reminders, and then a list of whom to ring."""
