"""What the history needs: daily values as far as they are computed, snapshots of what venues said. And allotments."""

import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "portfolio_0005"
down_revision = "portfolio_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("inflow", sa.Double, nullable=False),
        sa.Column("outflow", sa.Double, nullable=False),
        sa.Column("invested", sa.Double, nullable=False),
        sa.Column("unpriced", sa.Text, nullable=False),
        sa.Column("unmatched", sa.Integer, nullable=False),
    )
    basis = op.create_table(
        "portfolio_days_basis",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.bulk_insert(basis, [{"id": 1, "plan": "", "revision": 0}])
    op.create_table(
        "portfolio_snapshots",
        sa.Column("time", UTCDateTime, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("quantity", ExactDecimal, nullable=False),
        sa.Column("price", ExactDecimal),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "portfolio_allotments",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("asset", sa.Text, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("lot_account", sa.Text, nullable=False),
        sa.Column("lot_id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("quantity", ExactDecimal, nullable=False),
    )
