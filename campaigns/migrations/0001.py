"""Tables of campaigns, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('campaigns_template',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('klass', sa.String(length=16), nullable=False),
    sa.Column('texts', Json, nullable=False),
    sa.Column('owner_id', BigInt, nullable=False),
    sa.Column('version', BigInt, nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('archived_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts_user.id'], name=op.f('fk_campaigns_template_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_template'))
    )
    op.create_index(op.f('ix_campaigns_template_owner_id'), 'campaigns_template', ['owner_id'], unique=False)
    op.create_table('campaigns_campaign',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('owner_id', BigInt, nullable=False),
    sa.Column('firm', sa.Boolean(), nullable=False),
    sa.Column('klass', sa.String(length=16), nullable=False),
    sa.Column('channels', Json, nullable=False),
    sa.Column('texts', Json, nullable=False),
    sa.Column('template_id', BigInt, nullable=True),
    sa.Column('segment_id', BigInt, nullable=True),
    sa.Column('rule', Json, nullable=True),
    sa.Column('version', BigInt, nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('batch_id', BigInt, nullable=True),
    sa.Column('people', BigInt, nullable=False),
    sa.Column('at', UtcTime(), nullable=True),
    sa.Column('sent_at', UtcTime(), nullable=True),
    sa.Column('sent_by', BigInt, nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts_user.id'], name=op.f('fk_campaigns_campaign_owner_id')),
    sa.ForeignKeyConstraint(['segment_id'], ['clients_segment.id'], name=op.f('fk_campaigns_campaign_segment_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['sent_by'], ['accounts_user.id'], name=op.f('fk_campaigns_campaign_sent_by')),
    sa.ForeignKeyConstraint(['template_id'], ['campaigns_template.id'], name=op.f('fk_campaigns_campaign_template_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_campaign')),
    sa.UniqueConstraint('batch_id', name=op.f('uq_campaigns_campaign_batch_id'))
    )
    op.create_index('ix_campaigns_campaign_changed_at', 'campaigns_campaign', ['changed_at', 'id'], unique=False)
    op.create_index('ix_campaigns_campaign_owner', 'campaigns_campaign', ['owner_id', 'id'], unique=False)
    # ### end Alembic commands ###
