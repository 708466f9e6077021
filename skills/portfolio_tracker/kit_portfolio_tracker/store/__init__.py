"""The portfolio's tables, and the only modules of this skill that know SQL."""
