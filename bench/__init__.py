"""Measurements. Never timed tests: ``mimin bench NAME`` prints ratios measured interleaved in one run."""
