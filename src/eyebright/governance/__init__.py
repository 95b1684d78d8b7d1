"""Who may, with which keys, and what is remembered of it: accounts and their access keys, the
encryption of biometric vectors, request tokens. May import `db` and the floors below it; the only
room that knows `cryptography`. Start at `accounts`, then `vault`."""
