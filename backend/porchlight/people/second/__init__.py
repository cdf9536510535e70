"""The second proof beside a password: six digits of an authenticator app. Until they are right nothing is open."""
