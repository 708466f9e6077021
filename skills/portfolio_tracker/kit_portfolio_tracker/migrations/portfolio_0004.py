"""What rebalancing needs: plans that were shown, and the journal of their orders."""

import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "portfolio_0004"
down_revision = "portfolio_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio_plans",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("created", UTCDateTime, nullable=False),
        sa.Column("expires", UTCDateTime, nullable=False),
        sa.Column("shown", UTCDateTime),
        sa.Column("begun", UTCDateTime),
        sa.Column("ended", UTCDateTime),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "portfolio_plan_orders",
        sa.Column("plan", sa.Text, sa.ForeignKey("portfolio_plans.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("quantity", ExactDecimal, nullable=False),
        sa.Column("price", ExactDecimal, nullable=False),
        sa.Column("rate", ExactDecimal, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sent", UTCDateTime),
        sa.Column("sent_quantity", ExactDecimal),
        sa.Column("limit_price", ExactDecimal),
        sa.Column("order_id", sa.Text),
        sa.Column("filled", ExactDecimal, nullable=False),
        sa.Column("average", ExactDecimal),
        sa.Column("fee", ExactDecimal, nullable=False),
        sa.Column("fee_asset", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("portfolio_plan_orders_sent", "portfolio_plan_orders", ["sent"])


def downgrade() -> None:
    op.drop_index("portfolio_plan_orders_sent", "portfolio_plan_orders")
    op.drop_table("portfolio_plan_orders")
    op.drop_table("portfolio_plans")
