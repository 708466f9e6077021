"""pytest fixtures: venues that run on this machine and speak the real protocols."""
