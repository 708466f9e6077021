"""Records, positions, reported balances, prices, imports and the rows kept aside."""

import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "portfolio_0001"
down_revision = None
branch_labels = ("portfolio",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio_records",
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
        "portfolio_positions",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("quantity", ExactDecimal, nullable=False),
    )
    op.create_table(
        "portfolio_reported",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("total", ExactDecimal, nullable=False),
        sa.Column("locked", ExactDecimal, nullable=False),
        sa.Column("staked", ExactDecimal, nullable=False),
        sa.Column("time", UTCDateTime, nullable=False),
    )
    op.create_table(
        "portfolio_price_series",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("asset", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.UniqueConstraint("asset", "currency", "source"),
    )
    op.create_table(
        "portfolio_prices",
        sa.Column(
            "series", sa.Integer, sa.ForeignKey("portfolio_price_series.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("close", ExactDecimal, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "portfolio_imports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("importer", sa.Text, nullable=False),
        sa.Column("venue", sa.Text),
        sa.Column("account", sa.Text),
        sa.Column("time", UTCDateTime, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("first_record", UTCDateTime),
        sa.Column("last_record", UTCDateTime),
    )
    op.create_table(
        "portfolio_rejected",
        sa.Column(
            "import_id", sa.Integer, sa.ForeignKey("portfolio_imports.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("rejected", "imports", "prices", "price_series", "reported", "positions", "records"):
        op.drop_table(f"portfolio_{table}")
