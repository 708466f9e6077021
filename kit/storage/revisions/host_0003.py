"""The outbox: what is to be told, and what became of it on each channel."""

import sqlalchemy as sa
from alembic import op

from kit.storage.types import UTCDateTime

revision = "host_0003"
down_revision = "host_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("created", UTCDateTime, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due", UTCDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("delivered", UTCDateTime),
    )
    op.create_index("deliveries_due", "deliveries", ["state", "due"])


def downgrade() -> None:
    op.drop_index("deliveries_due")
    op.drop_table("deliveries")
    op.drop_table("notifications")
