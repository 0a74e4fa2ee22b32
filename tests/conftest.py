"""What all tests share."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Machines are noisy: no test may depend on how long an example takes.
settings.register_profile(
    "egovarchive", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("egovarchive")
