"""The figures, pure: no input, no output, no clock."""
