"""Who may use the bot, codes to become one of them, the buttons it has shown, whom it has told what."""

import sqlalchemy as sa
from alembic import op

from kit import UTCDateTime

revision = "telegram_0001"
down_revision = None
branch_labels = ("telegram",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telegram_users",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("paired", UTCDateTime, nullable=False),
        sa.Column("last_update", sa.BigInteger, nullable=False),
        sa.Column("claimed", UTCDateTime),
        sa.Column("handled", UTCDateTime),
    )
    op.create_table(
        "telegram_codes",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("expires", UTCDateTime, nullable=False),
    )
    op.create_table(
        "telegram_buttons",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("expires", UTCDateTime, nullable=False),
        sa.Column("used", UTCDateTime),
    )
    op.create_table(
        "telegram_told",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("telegram_told")
    op.drop_table("telegram_buttons")
    op.drop_table("telegram_codes")
    op.drop_table("telegram_users")
