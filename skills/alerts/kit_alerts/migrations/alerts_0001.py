"""Alert rules, how each stands, and what fired."""

import sqlalchemy as sa
from alembic import op

from kit import UTCDateTime

revision = "alerts_0001"
down_revision = None
branch_labels = ("alerts",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("created", UTCDateTime, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("armed", sa.Boolean),
        sa.Column("holds", sa.Text, nullable=False),
        sa.Column("since", UTCDateTime),
        sa.Column("fired", sa.Integer, nullable=False),
        sa.Column("last_fired", UTCDateTime),
        sa.Column("snoozed_until", UTCDateTime),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_table(
        "alert_firings",
        sa.Column("rule", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("times", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.create_table(
        "alert_notes",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("alert_notes")
    op.drop_table("alert_firings")
    op.drop_table("alert_rules")
