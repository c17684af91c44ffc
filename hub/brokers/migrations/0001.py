"""Tables of brokers, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('brokers_broker',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('no', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('user_id', BigInt, nullable=True),
    sa.Column('branch', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_brokers_broker_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_broker')),
    sa.UniqueConstraint('no', name=op.f('uq_brokers_broker_no')),
    sa.UniqueConstraint('user_id', name=op.f('uq_brokers_broker_user_id'))
    )
    op.create_index(op.f('ix_brokers_broker_branch'), 'brokers_broker', ['branch'], unique=False)
    # ### end Alembic commands ###
