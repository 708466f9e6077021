"""The paper exchange: simulated accounts that behave like those at a venue."""
