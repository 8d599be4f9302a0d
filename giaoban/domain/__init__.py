"""The conference as pure data: no web, no database, no clock. Every instant arrives as an argument."""
