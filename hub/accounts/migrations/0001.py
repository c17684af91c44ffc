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
    sa.Column('at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_attempt'))
    )
    op.create_index('ix_accounts_attempt_address', 'accounts_attempt', ['address', 'at'], unique=False)
    op.create_index('ix_accounts_attempt_mailbox', 'accounts_attempt', ['mailbox', 'at'], unique=False)
    op.create_table('accounts_role',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_role')),
    sa.UniqueConstraint('name', name=op.f('uq_accounts_role_name'))
    )
    op.create_table('accounts_user',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('locale', sa.String(length=2), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('locked_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_user')),
    sa.UniqueConstraint('email', name=op.f('uq_accounts_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_accounts_user_fs_uniquifier'))
    )
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
