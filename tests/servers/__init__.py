"""Real servers, started on loopback for one test run and gone after it."""
