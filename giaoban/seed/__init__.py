"""The demo conference as data: rosters and the running order of 2021."""
