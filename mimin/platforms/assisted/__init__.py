"""Channels that a person works by hand, with Mimin preparing and checking."""
