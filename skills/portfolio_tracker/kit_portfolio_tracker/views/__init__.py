"""From figures to answers: one module a family of commands."""
