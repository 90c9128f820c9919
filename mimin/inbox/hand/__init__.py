"""Hearing by hand: what a person gives from a phone, a counter or a letter becomes a case."""
