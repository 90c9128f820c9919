"""Channels that are not on the internet: a notice board, a loudspeaker, a meeting."""
