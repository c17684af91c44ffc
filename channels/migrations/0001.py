"""Tables of channels, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, Scaled, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('channels_attempt',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('delivery_id', BigInt, nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_attempt'))
    )
    op.create_index('ix_channels_attempt_delivery_id', 'channels_attempt', ['delivery_id'], unique=False)
    op.create_table('channels_content',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('texts', Json, nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_content')),
    sa.UniqueConstraint('hash', name=op.f('uq_channels_content_hash'))
    )
    op.create_table('channels_receipt',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('delivery_id', BigInt, nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('provider_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_receipt'))
    )
    op.create_index('ix_channels_receipt_delivery_id', 'channels_receipt', ['delivery_id'], unique=False)
    op.create_table('channels_wording',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_wording')),
    sa.UniqueConstraint('hash', name=op.f('uq_channels_wording_hash'))
    )
    op.create_table('channels_batch',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('cause', sa.String(length=255), nullable=False),
    sa.Column('klass', sa.String(length=16), nullable=False),
    sa.Column('channels', Json, nullable=False),
    sa.Column('content_id', BigInt, nullable=False),
    sa.Column('topic', sa.String(length=255), nullable=False),
    sa.Column('risk', sa.String(length=8), nullable=False),
    sa.Column('gates', Json, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('why', sa.String(length=255), nullable=False),
    sa.Column('due_at', UtcTime(), nullable=False),
    sa.Column('owner_id', BigInt, nullable=True),
    sa.Column('room', sa.String(length=255), nullable=False),
    sa.Column('snapshot', BigInt, nullable=False),
    sa.Column('round', BigInt, nullable=False),
    sa.Column('variables', Json, nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('expires_at', UtcTime(), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('started_at', UtcTime(), nullable=True),
    sa.Column('done_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['content_id'], ['channels_content.id'], name=op.f('fk_channels_batch_content_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_batch')),
    sa.UniqueConstraint('cause', name=op.f('uq_channels_batch_cause'))
    )
    op.create_table('channels_consent',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('address_id', BigInt, nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('klass', sa.String(length=16), nullable=False),
    sa.Column('granted', sa.Boolean(), nullable=False),
    sa.Column('wording_id', BigInt, nullable=True),
    sa.Column('source', sa.String(length=255), nullable=False),
    sa.Column('note', sa.String(length=255), nullable=False),
    sa.Column('proof', sa.String(length=255), nullable=False),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('actor_id', BigInt, nullable=True),
    sa.Column('said_at', UtcTime(), nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['clients_address.id'], name=op.f('fk_channels_consent_address_id')),
    sa.ForeignKeyConstraint(['wording_id'], ['channels_wording.id'], name=op.f('fk_channels_consent_wording_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_consent'))
    )
    op.create_index('ix_channels_consent_address', 'channels_consent', ['address_id', 'klass', 'id'], unique=False)
    op.create_table('channels_suppression',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('address_id', BigInt, nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('until', UtcTime(), nullable=True),
    sa.Column('actor_id', BigInt, nullable=True),
    sa.Column('at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['clients_address.id'], name=op.f('fk_channels_suppression_address_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_suppression'))
    )
    op.create_index('ix_channels_suppression_address_id', 'channels_suppression', ['address_id', 'id'], unique=False)
    op.create_table('channels_delivery',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('batch_id', BigInt, nullable=False),
    sa.Column('person_id', BigInt, nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('address_id', BigInt, nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('tries', BigInt, nullable=False),
    sa.Column('due_at', UtcTime(), nullable=True),
    sa.Column('owner', sa.String(length=255), nullable=True),
    sa.Column('lease_until', UtcTime(), nullable=True),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('provider_id', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('segments', BigInt, nullable=False),
    sa.Column('cost', Scaled(1000000000), nullable=True),
    sa.Column('at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['channels_batch.id'], name=op.f('fk_channels_delivery_batch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['clients_client.id'], name=op.f('fk_channels_delivery_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels_delivery')),
    sa.UniqueConstraint('batch_id', 'person_id', 'channel', name=op.f('uq_channels_delivery_batch_id_person_id_channel'))
    )
    op.create_index('ix_channels_delivery_owner', 'channels_delivery', ['owner'], unique=False, sqlite_where=sa.text("state = 'submitting'"), postgresql_where=sa.text("state = 'submitting'"))
    op.create_index('ix_channels_delivery_person_id', 'channels_delivery', ['person_id'], unique=False)
    op.create_index('ix_channels_delivery_state', 'channels_delivery', ['batch_id', 'state', 'channel'], unique=False)
    op.create_table('channels_recipient',
    sa.Column('batch_id', BigInt, nullable=False),
    sa.Column('person_id', BigInt, nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['channels_batch.id'], name=op.f('fk_channels_recipient_batch_id')),
    sa.PrimaryKeyConstraint('batch_id', 'person_id', name=op.f('pk_channels_recipient')),
    sqlite_with_rowid=False
    )
    # ### end Alembic commands ###
