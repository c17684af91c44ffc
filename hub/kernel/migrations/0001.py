"""Tables of kernel, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('kernel_approval',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('subject_id', BigInt, nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('made_by', BigInt, nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('decision', sa.String(length=16), nullable=False),
    sa.Column('decided_by', BigInt, nullable=True),
    sa.Column('decided_at', UtcTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> made_by', name=op.f('ck_kernel_approval_four_eyes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_approval'))
    )
    op.create_index('ix_kernel_approval_decision', 'kernel_approval', ['decision', 'kind', 'id'], unique=False)
    op.create_index('uq_kernel_approval_waiting', 'kernel_approval', ['kind', 'subject_id'], unique=True, sqlite_where=sa.text("decision = 'waiting'"), postgresql_where=sa.text("decision = 'waiting'"))
    op.create_table('kernel_audit',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('actor_id', BigInt, nullable=True),
    sa.Column('actor', sa.String(length=255), nullable=False),
    sa.Column('verb', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('subject_id', BigInt, nullable=True),
    sa.Column('detail', Json, nullable=False),
    sa.Column('place', sa.String(length=45), nullable=False),
    sa.Column('hash', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_audit'))
    )
    op.create_index('ix_kernel_audit_actor', 'kernel_audit', ['actor_id', 'at'], unique=False)
    op.create_index('ix_kernel_audit_subject', 'kernel_audit', ['subject', 'subject_id'], unique=False)
    op.create_table('kernel_audit_kept',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('first', BigInt, nullable=False),
    sa.Column('last', BigInt, nullable=False),
    sa.Column('first_at', UtcTime(), nullable=False),
    sa.Column('last_at', UtcTime(), nullable=False),
    sa.Column('head', sa.String(length=255), nullable=False),
    sa.Column('file', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=255), nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_audit_kept'))
    )
    op.create_table('kernel_calendar_year',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('calendar', sa.String(length=32), nullable=False),
    sa.Column('year', BigInt, nullable=False),
    sa.Column('days', Json, nullable=False),
    sa.Column('made_by', BigInt, nullable=True),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('released_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_calendar_year'))
    )
    op.create_index('ix_kernel_calendar_year_calendar', 'kernel_calendar_year', ['calendar', 'year', 'released_at'], unique=False)
    op.create_table('kernel_change',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('cause', sa.String(length=64), nullable=False),
    sa.Column('of_table', sa.String(length=64), nullable=False),
    sa.Column('row_key', Json, nullable=False),
    sa.Column('before', Json, nullable=False),
    sa.Column('after', Json, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_change'))
    )
    op.create_index('ix_kernel_change_cause', 'kernel_change', ['cause', 'id'], unique=False)
    op.create_table('kernel_file',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('owner_id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('found', sa.String(length=255), nullable=False),
    sa.Column('added_by', BigInt, nullable=True),
    sa.Column('added_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_file'))
    )
    op.create_index('ix_kernel_file_owner', 'kernel_file', ['owner', 'owner_id', 'id'], unique=False)
    op.create_index('ix_kernel_file_sha256', 'kernel_file', ['sha256'], unique=False)
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
    op.create_table('kernel_operation',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('job_key', sa.String(length=255), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('owner_id', BigInt, nullable=True),
    sa.Column('worker', sa.String(length=255), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('done', BigInt, nullable=False),
    sa.Column('total', BigInt, nullable=True),
    sa.Column('result', Json, nullable=False),
    sa.Column('link', sa.String(length=255), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('cancel_asked', sa.Boolean(), nullable=False),
    sa.Column('begun_at', UtcTime(), nullable=False),
    sa.Column('told_at', UtcTime(), nullable=False),
    sa.Column('ended_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_operation'))
    )
    op.create_index('ix_kernel_operation_job_key', 'kernel_operation', ['job_key'], unique=False)
    op.create_index('ix_kernel_operation_owner', 'kernel_operation', ['owner_id', 'id'], unique=False)
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
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_kernel_outbox_key'))
    )
    op.create_index('ix_kernel_outbox_ended', 'kernel_outbox', ['done_at'], unique=False, sqlite_where=sa.text("state IN ('done', 'dropped')"), postgresql_where=sa.text("state IN ('done', 'dropped')"))
    op.create_index('ix_kernel_outbox_owner', 'kernel_outbox', ['owner'], unique=False, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_index('ix_kernel_outbox_stuck', 'kernel_outbox', ['state', 'lane'], unique=False, sqlite_where=sa.text("state IN ('failed', 'parked', 'dropped')"), postgresql_where=sa.text("state IN ('failed', 'parked', 'dropped')"))
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
    op.create_table('kernel_person_key',
    sa.Column('person_id', BigInt, autoincrement=False, nullable=False),
    sa.Column('ring_key', sa.String(length=12), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('destroyed_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_kernel_person_key'))
    )
    op.create_index('ix_kernel_person_key_ring_key', 'kernel_person_key', ['ring_key', 'person_id'], unique=False)
    op.create_table('kernel_unindexed',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=255), nullable=False),
    sa.Column('subject_id', BigInt, nullable=False),
    sa.Column('owner', sa.String(length=255), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_unindexed'))
    )
    op.create_index('ix_kernel_unindexed_owner', 'kernel_unindexed', ['owner'], unique=False)
    op.create_table('kernel_workitem',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('cause', sa.String(length=255), nullable=False),
    sa.Column('subject_id', BigInt, nullable=False),
    sa.Column('label', sa.String(length=255), nullable=False),
    sa.Column('owner_id', BigInt, nullable=True),
    sa.Column('pool', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('opened_at', UtcTime(), nullable=False),
    sa.Column('due_at', UtcTime(), nullable=True),
    sa.Column('calendar', sa.String(length=32), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('done_by', BigInt, nullable=True),
    sa.Column('done_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_workitem'))
    )
    op.create_index('ix_kernel_workitem_owner', 'kernel_workitem', ['owner_id', 'state', 'due_at'], unique=False)
    op.create_index('ix_kernel_workitem_pool', 'kernel_workitem', ['pool', 'state', 'due_at'], unique=False)
    op.create_index('uq_kernel_workitem_cause', 'kernel_workitem', ['cause'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
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
