"""Telegram: a bot that its owner alone can use, to ask and to be told."""
