"""Jobs and streams: the ledger of runs, and how each stands."""

import sqlalchemy as sa
from alembic import op

from kit.storage.types import UTCDateTime

revision = "host_0002"
down_revision = "host_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("scheduled_at", UTCDateTime, nullable=False),
        sa.Column("started", UTCDateTime, nullable=False),
        sa.Column("finished", UTCDateTime),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("process", sa.Text, nullable=False),
        sa.UniqueConstraint("job", "scheduled_at"),
    )
    op.create_index("runs_of_job", "runs", ["job", "number"])
    op.create_table(
        "job_states",
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("since", UTCDateTime, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
    )
    op.create_table(
        "stream_states",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("started", UTCDateTime, nullable=False),
        sa.Column("beat", UTCDateTime),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("stream_states")
    op.drop_table("job_states")
    op.drop_index("runs_of_job")
    op.drop_table("runs")
