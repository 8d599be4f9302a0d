"""One profile for all properties: bounded, and without a clock, so that a slow machine fails nothing."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "giaoban", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("giaoban")
