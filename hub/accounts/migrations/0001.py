"""Tables of accounts, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('accounts_attempt',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('mailbox', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('pair', sa.String(length=64), nullable=True),
    sa.Column('at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_attempt'))
    )
    op.create_index('ix_accounts_attempt_address', 'accounts_attempt', ['address', 'at'], unique=False)
    op.create_index('ix_accounts_attempt_mailbox', 'accounts_attempt', ['mailbox', 'at'], unique=False)
    op.create_index('ix_accounts_attempt_pair', 'accounts_attempt', ['pair', 'at'], unique=False)
    op.create_table('accounts_code',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('to', sa.Text(), nullable=False),
    sa.Column('locale', sa.String(length=2), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=True),
    sa.Column('tries', BigInt, nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('expires_at', UtcTime(), nullable=False),
    sa.Column('used_at', UtcTime(), nullable=True),
    sa.Column('voided_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_code'))
    )
    op.create_index('ix_accounts_code_subject', 'accounts_code', ['subject', 'id'], unique=False)
    op.create_table('accounts_role',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_role')),
    sa.UniqueConstraint('name', name=op.f('uq_accounts_role_name'))
    )
    op.create_table('accounts_user',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('email', sa.String(length=255), nullable=True),
    sa.Column('phone', sa.String(length=16), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('locale', sa.String(length=2), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('locked_at', UtcTime(), nullable=True),
    sa.Column('handle', sa.String(length=64), nullable=False),
    sa.Column('totp', sa.Text(), nullable=True),
    sa.Column('totp_step', BigInt, nullable=True),
    sa.Column('second_factor_forced', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_user')),
    sa.UniqueConstraint('email', name=op.f('uq_accounts_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_accounts_user_fs_uniquifier')),
    sa.UniqueConstraint('handle', name=op.f('uq_accounts_user_handle')),
    sa.UniqueConstraint('phone', name=op.f('uq_accounts_user_phone'))
    )
    op.create_table('accounts_passkey',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('user_id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1024), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', BigInt, nullable=False),
    sa.Column('transports', Json, nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('used_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_accounts_passkey_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_accounts_passkey_credential_id'))
    )
    op.create_index(op.f('ix_accounts_passkey_user_id'), 'accounts_passkey', ['user_id'], unique=False)
    op.create_table('accounts_recovery_code',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('user_id', BigInt, nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('used_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_accounts_recovery_code_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_recovery_code'))
    )
    op.create_index(op.f('ix_accounts_recovery_code_user_id'), 'accounts_recovery_code', ['user_id'], unique=False)
    op.create_table('accounts_scope',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('user_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_accounts_scope_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_scope')),
    sa.UniqueConstraint('user_id', 'kind', 'value', name=op.f('uq_accounts_scope_user_id_kind_value'))
    )
    op.create_table('accounts_session',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('user_id', BigInt, nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('via', sa.String(length=40), nullable=False),
    sa.Column('factors', BigInt, nullable=False),
    sa.Column('stays', sa.Boolean(), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('network', sa.String(length=45), nullable=False),
    sa.Column('first_seen', UtcTime(), nullable=False),
    sa.Column('last_seen', UtcTime(), nullable=False),
    sa.Column('ended_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_accounts_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_session')),
    sa.UniqueConstraint('mark', name=op.f('uq_accounts_session_mark'))
    )
    op.create_index('ix_accounts_session_user_id', 'accounts_session', ['user_id', 'first_seen'], unique=False)
    op.create_table('accounts_token',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('user_id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('start', sa.String(length=12), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', Json, nullable=False),
    sa.Column('per_minute', BigInt, nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('expires_at', UtcTime(), nullable=False),
    sa.Column('used_at', UtcTime(), nullable=True),
    sa.Column('revoked_at', UtcTime(), nullable=True),
    sa.Column('revoked_by', BigInt, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_accounts_token_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_token')),
    sa.UniqueConstraint('hash', name=op.f('uq_accounts_token_hash'))
    )
    op.create_index('ix_accounts_token_user_id', 'accounts_token', ['user_id', 'id'], unique=False)
    op.create_table('accounts_user_role',
    sa.Column('user_id', BigInt, nullable=False),
    sa.Column('role_id', BigInt, nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['accounts_role.id'], name=op.f('fk_accounts_user_role_role_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_accounts_user_role_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_accounts_user_role'))
    )
    # ### end Alembic commands ###
