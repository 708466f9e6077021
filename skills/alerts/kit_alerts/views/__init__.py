"""Answers about rules."""
