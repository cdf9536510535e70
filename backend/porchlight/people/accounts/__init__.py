"""Looking after accounts: who has which way to sign in and where they are signed in; ending both. No file is seen here."""
