"""Paper accounts: what they hold, their orders and what happened."""

import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "paper_0001"
down_revision = None
branch_labels = ("paper",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_balances",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("free", ExactDecimal, nullable=False),
        sa.Column("locked", ExactDecimal, nullable=False),
    )
    op.create_table(
        "paper_orders",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("quantity", ExactDecimal, nullable=False),
        sa.Column("limit_price", ExactDecimal),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("filled", ExactDecimal, nullable=False),
        sa.Column("average", ExactDecimal),
        sa.Column("fee", ExactDecimal, nullable=False),
        sa.Column("fee_asset", sa.Text, nullable=False),
        sa.Column("fee_rate", ExactDecimal, nullable=False),
        sa.Column("fee_in", sa.Text, nullable=False),
        sa.Column("time", UTCDateTime, nullable=False),
        sa.UniqueConstraint("account", "client_id", name="paper_orders_client_id"),
    )
    op.create_table(
        "paper_records",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("time", UTCDateTime, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("received_asset", sa.Text),
        sa.Column("received", ExactDecimal),
        sa.Column("sent_asset", sa.Text),
        sa.Column("sent", ExactDecimal),
        sa.Column("fee_asset", sa.Text),
        sa.Column("fee", ExactDecimal),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("account", "id", name="paper_records_id"),
    )


def downgrade() -> None:
    op.drop_table("paper_records")
    op.drop_table("paper_orders")
    op.drop_table("paper_balances")
