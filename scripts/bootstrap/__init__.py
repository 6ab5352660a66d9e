"""Set-up of a fresh machine with nothing but Python's standard library."""
