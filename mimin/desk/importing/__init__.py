"""History that comes in from a file: the national system's export, or any table of reports."""
