"""What syncing needs: the state of each account, cursors, a place for a history on its way, quotes, open positions."""

import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "portfolio_0002"
down_revision = "portfolio_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio_staged",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("time", UTCDateTime, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("received_asset", sa.Text),
        sa.Column("received_quantity", ExactDecimal),
        sa.Column("sent_asset", sa.Text),
        sa.Column("sent_quantity", ExactDecimal),
        sa.Column("fee_asset", sa.Text),
        sa.Column("fee_quantity", ExactDecimal),
        sa.Column("value", ExactDecimal),
        sa.Column("value_currency", sa.Text),
        sa.Column("to_account", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("import_id", sa.Integer),
    )
    op.create_table(
        "portfolio_cursors",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("landed", sa.Text),
        sa.Column("staged", sa.Text),
    )
    op.create_table(
        "portfolio_accounts",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("venue", sa.Text, nullable=False),
        sa.Column("asked", UTCDateTime, nullable=False),
        sa.Column("answered", UTCDateTime),
        sa.Column("walked", UTCDateTime),
        sa.Column("owed", sa.Boolean, nullable=False),
        sa.Column("doubted", UTCDateTime),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("next_step", sa.Text, nullable=False),
        sa.Column("left_out", sa.Text, nullable=False),
    )
    op.create_table(
        "portfolio_quotes",
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("currency", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("price", ExactDecimal, nullable=False),
        sa.Column("time", UTCDateTime, nullable=False),
    )
    op.create_table(
        "portfolio_open_positions",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("symbol", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("quantity", ExactDecimal, nullable=False),
        sa.Column("entry", ExactDecimal, nullable=False),
        sa.Column("mark", ExactDecimal),
        sa.Column("profit", ExactDecimal),
        sa.Column("margin", ExactDecimal),
        sa.Column("swap", ExactDecimal),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("time", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("open_positions", "quotes", "accounts", "cursors", "staged"):
        op.drop_table(f"portfolio_{table}")
