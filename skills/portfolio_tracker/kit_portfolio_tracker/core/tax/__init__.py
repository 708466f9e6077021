"""Tax reports: what the disposals and the income of a year are on the forms of several countries."""
