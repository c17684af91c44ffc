"""Tables of kernel, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('kernel_audit',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('actor_id', BigInt, nullable=True),
    sa.Column('actor', sa.String(length=255), nullable=False),
    sa.Column('verb', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('subject_id', BigInt, nullable=True),
    sa.Column('detail', Json, nullable=False),
    sa.Column('hash', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_audit'))
    )
    op.create_index('ix_kernel_audit_actor', 'kernel_audit', ['actor_id', 'at'], unique=False)
    op.create_index('ix_kernel_audit_subject', 'kernel_audit', ['subject', 'subject_id'], unique=False)
    op.create_table('kernel_idempotency',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('asked', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=255), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_idempotency')),
    sa.UniqueConstraint('mark', name=op.f('uq_kernel_idempotency_mark'))
    )
    op.create_index('ix_kernel_idempotency_created_at', 'kernel_idempotency', ['created_at'], unique=False)
    op.create_table('kernel_outbox',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('job', sa.String(length=255), nullable=False),
    sa.Column('args', Json, nullable=False),
    sa.Column('lane', BigInt, nullable=False),
    sa.Column('state', sa.String(length=255), nullable=False),
    sa.Column('due_at', UtcTime(), nullable=False),
    sa.Column('tries', BigInt, nullable=False),
    sa.Column('owner', sa.String(length=255), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('done_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_kernel_outbox_key'))
    )
    op.create_index('ix_kernel_outbox_owner', 'kernel_outbox', ['owner'], unique=False, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_index('ix_kernel_outbox_waiting', 'kernel_outbox', ['lane', 'due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_table('kernel_parameter',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('value', sa.String(length=255), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('set_by', BigInt, nullable=True),
    sa.Column('set_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_parameter'))
    )
    op.create_index('ix_kernel_parameter_name', 'kernel_parameter', ['name', 'valid_from', 'id'], unique=False)
    op.create_table('kernel_unindexed',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=255), nullable=False),
    sa.Column('subject_id', BigInt, nullable=False),
    sa.Column('owner', sa.String(length=255), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_unindexed'))
    )
    op.create_index('ix_kernel_unindexed_owner', 'kernel_unindexed', ['owner'], unique=False)
    op.create_table('kernel_audit_link',
    sa.Column('seq', BigInt, nullable=False),
    sa.Column('audit_id', BigInt, nullable=False),
    sa.Column('prev', sa.String(length=255), nullable=False),
    sa.Column('hash', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['kernel_audit.id'], name=op.f('fk_kernel_audit_link_audit_id')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_kernel_audit_link')),
    sa.UniqueConstraint('audit_id', name=op.f('uq_kernel_audit_link_audit_id'))
    )
    # ### end Alembic commands ###
