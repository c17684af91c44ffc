"""Tables of office, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('office_task',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('done', BigInt, nullable=False),
    sa.Column('total', BigInt, nullable=False),
    sa.Column('result', Json, nullable=False),
    sa.Column('owner', sa.String(length=255), nullable=True),
    sa.Column('asked_by', BigInt, nullable=True),
    sa.Column('asked_at', UtcTime(), nullable=False),
    sa.Column('started_at', UtcTime(), nullable=True),
    sa.Column('done_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_task'))
    )
    op.create_index('ix_office_task_kind', 'office_task', ['kind', 'id'], unique=False)
    # ### end Alembic commands ###
