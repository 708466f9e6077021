"""Who may use the bot, the buttons it has shown, and whom it has told what."""
