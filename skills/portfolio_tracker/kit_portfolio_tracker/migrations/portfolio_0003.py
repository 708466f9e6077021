"""What the ledger needs: records written by hand and edited ones, decisions on transfers, computed lots."""

import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "portfolio_0003"
down_revision = "portfolio_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _order_ids("C")
    op.add_column("portfolio_records", sa.Column("mark", sa.Text))
    op.create_index("portfolio_records_time", "portfolio_records", ["time"])
    marked = sa.text("mark IS NOT NULL")
    op.create_index(
        "portfolio_records_mark", "portfolio_records", ["mark"], sqlite_where=marked, postgresql_where=marked
    )
    op.create_table(
        "portfolio_originals",
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
        "portfolio_matches",
        sa.Column("out_account", sa.Text, primary_key=True),
        sa.Column("out_id", sa.Text, primary_key=True),
        sa.Column("in_account", sa.Text, primary_key=True),
        sa.Column("in_id", sa.Text, primary_key=True),
        sa.Column("matched", sa.Boolean, nullable=False),
        sa.Column("time", UTCDateTime, nullable=False),
    )
    op.create_table(
        "portfolio_lots",
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("before", UTCDateTime, primary_key=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "portfolio_changes",
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("since", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("changes", "lots", "matches", "originals"):
        op.drop_table(f"portfolio_{table}")
    op.drop_index("portfolio_records_mark", "portfolio_records")
    op.drop_index("portfolio_records_time", "portfolio_records")
    _order_ids("default")
    op.drop_column("portfolio_records", "mark")


def _order_ids(collation: str) -> None:
    """Ids are sorted by characters, as SQLite does by itself: a record is found by the beginning of its id."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f'ALTER TABLE portfolio_records ALTER COLUMN id TYPE text COLLATE "{collation}"')
