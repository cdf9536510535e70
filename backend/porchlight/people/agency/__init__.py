"""The agency's own sign-in (OpenID Connect): whoever is let in there is let in here, and whoever is shut out there is here."""
