"""Call back: a promise to ring somebody, kept within the time that was promised, or handed to who can keep it."""
