"""Tables of relationship, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('relationship_deputy',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('absent_id', BigInt, nullable=False),
    sa.Column('deputy_id', BigInt, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('made_by', BigInt, nullable=True),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('ended_at', UtcTime(), nullable=True),
    sa.Column('ended_by', BigInt, nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('deputy_id != absent_id', name=op.f('ck_relationship_deputy_not_oneself')),
    sa.CheckConstraint('valid_to > valid_from', name=op.f('ck_relationship_deputy_days')),
    sa.ForeignKeyConstraint(['absent_id'], ['brokers_broker.id'], name=op.f('fk_relationship_deputy_absent_id')),
    sa.ForeignKeyConstraint(['deputy_id'], ['brokers_broker.id'], name=op.f('fk_relationship_deputy_deputy_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['accounts_user.id'], name=op.f('fk_relationship_deputy_ended_by')),
    sa.ForeignKeyConstraint(['made_by'], ['accounts_user.id'], name=op.f('fk_relationship_deputy_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_deputy'))
    )
    op.create_index('ix_relationship_deputy_absent_id', 'relationship_deputy', ['absent_id', 'valid_from'], unique=False)
    op.create_index('ix_relationship_deputy_deputy_id', 'relationship_deputy', ['deputy_id', 'valid_from', 'valid_to'], unique=False)
    op.create_table('relationship_serving',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('assigned_by', BigInt, nullable=True),
    sa.Column('known_from', UtcTime(), nullable=False),
    sa.Column('known_to', UtcTime(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_relationship_serving_days')),
    sa.ForeignKeyConstraint(['assigned_by'], ['accounts_user.id'], name=op.f('fk_relationship_serving_assigned_by')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_serving_broker_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_serving_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_serving'))
    )
    op.create_index('ix_relationship_serving_broker', 'relationship_serving', ['broker_id', 'client_id', 'valid_from', 'valid_to'], unique=False, sqlite_where=sa.text('known_to IS NULL'), postgresql_where=sa.text('known_to IS NULL'))
    op.create_index('ix_relationship_serving_client', 'relationship_serving', ['client_id', 'valid_from', 'valid_to'], unique=False)
    # ### end Alembic commands ###
