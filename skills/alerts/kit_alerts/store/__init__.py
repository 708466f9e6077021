"""The rules, their state and their firings in the store."""
