"""Evidence 证据: proof of what was there, and when, that outlives keys and hashes."""
