"""Tables of brokers, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Scaled, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('brokers_branch',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_branch')),
    sa.UniqueConstraint('name', name=op.f('uq_brokers_branch_name'))
    )
    op.create_table('brokers_broker',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('no', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('user_id', BigInt, nullable=True),
    sa.Column('branch_id', BigInt, nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('joined_on', sa.Date(), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('frozen_at', UtcTime(), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.CheckConstraint('left_on IS NULL OR left_on >= joined_on', name=op.f('ck_brokers_broker_days')),
    sa.ForeignKeyConstraint(['branch_id'], ['brokers_branch.id'], name=op.f('fk_brokers_broker_branch_id')),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_brokers_broker_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_broker')),
    sa.UniqueConstraint('no', name=op.f('uq_brokers_broker_no')),
    sa.UniqueConstraint('user_id', name=op.f('uq_brokers_broker_user_id'))
    )
    op.create_index(op.f('ix_brokers_broker_branch_id'), 'brokers_broker', ['branch_id'], unique=False)
    op.create_index('ix_brokers_broker_name', 'brokers_broker', ['name', 'id'], unique=False)
    op.create_index('uq_brokers_broker_desk', 'brokers_broker', ['branch_id'], unique=True, sqlite_where=sa.text("kind = 'desk'"), postgresql_where=sa.text("kind = 'desk'"))
    op.create_table('brokers_team',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('branch_id', BigInt, nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('made_by', BigInt, nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on > starts_on', name=op.f('ck_brokers_team_days')),
    sa.ForeignKeyConstraint(['branch_id'], ['brokers_branch.id'], name=op.f('fk_brokers_team_branch_id')),
    sa.ForeignKeyConstraint(['made_by'], ['accounts_user.id'], name=op.f('fk_brokers_team_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_team'))
    )
    op.create_index(op.f('ix_brokers_team_branch_id'), 'brokers_team', ['branch_id'], unique=False)
    op.create_table('brokers_freeze',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('frozen_at', UtcTime(), nullable=False),
    sa.Column('frozen_by', BigInt, nullable=True),
    sa.Column('thawed_at', UtcTime(), nullable=True),
    sa.Column('thawed_by', BigInt, nullable=True),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_freeze_broker_id')),
    sa.ForeignKeyConstraint(['frozen_by'], ['accounts_user.id'], name=op.f('fk_brokers_freeze_frozen_by')),
    sa.ForeignKeyConstraint(['thawed_by'], ['accounts_user.id'], name=op.f('fk_brokers_freeze_thawed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_freeze'))
    )
    op.create_index('ix_brokers_freeze_broker_id', 'brokers_freeze', ['broker_id', 'frozen_at'], unique=False)
    op.create_table('brokers_line',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('superior_id', BigInt, nullable=True),
    sa.Column('line', sa.String(length=10), nullable=False),
    sa.Column('placed_by', BigInt, nullable=True),
    sa.Column('known_from', UtcTime(), nullable=False),
    sa.Column('known_to', UtcTime(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint("superior_id IS NOT NULL OR line = 'management'", name=op.f('ck_brokers_line_root')),
    sa.CheckConstraint('superior_id IS NULL OR superior_id != broker_id', name=op.f('ck_brokers_line_not_oneself')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_brokers_line_days')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_line_broker_id')),
    sa.ForeignKeyConstraint(['placed_by'], ['accounts_user.id'], name=op.f('fk_brokers_line_placed_by')),
    sa.ForeignKeyConstraint(['superior_id'], ['brokers_broker.id'], name=op.f('fk_brokers_line_superior_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_line'))
    )
    op.create_index('ix_brokers_line_above', 'brokers_line', ['broker_id', 'line', 'valid_from', 'valid_to'], unique=False)
    op.create_index('ix_brokers_line_below', 'brokers_line', ['line', 'superior_id', 'broker_id', 'valid_from', 'valid_to'], unique=False, sqlite_where=sa.text('known_to IS NULL'), postgresql_where=sa.text('known_to IS NULL'))
    op.create_table('brokers_member',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('team_id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_brokers_member_days')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_member_broker_id')),
    sa.ForeignKeyConstraint(['team_id'], ['brokers_team.id'], name=op.f('fk_brokers_member_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_member'))
    )
    op.create_index('ix_brokers_member_broker_id', 'brokers_member', ['broker_id', 'valid_from'], unique=False)
    op.create_index('ix_brokers_member_team_id', 'brokers_member', ['team_id', 'valid_from', 'valid_to', 'broker_id'], unique=False)
    op.create_table('brokers_post',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('branch_id', BigInt, nullable=True),
    sa.Column('team_id', BigInt, nullable=True),
    sa.Column('given_by', BigInt, nullable=True),
    sa.Column('given_at', UtcTime(), nullable=False),
    sa.Column('ended_by', BigInt, nullable=True),
    sa.Column('ended_at', UtcTime(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_brokers_post_days')),
    sa.ForeignKeyConstraint(['branch_id'], ['brokers_branch.id'], name=op.f('fk_brokers_post_branch_id')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_post_broker_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['accounts_user.id'], name=op.f('fk_brokers_post_ended_by')),
    sa.ForeignKeyConstraint(['given_by'], ['accounts_user.id'], name=op.f('fk_brokers_post_given_by')),
    sa.ForeignKeyConstraint(['team_id'], ['brokers_team.id'], name=op.f('fk_brokers_post_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_post'))
    )
    op.create_index('ix_brokers_post_branch_id', 'brokers_post', ['branch_id'], unique=False)
    op.create_index('ix_brokers_post_broker_id', 'brokers_post', ['broker_id', 'valid_from'], unique=False)
    op.create_index('ix_brokers_post_team_id', 'brokers_post', ['team_id'], unique=False)
    op.create_table('brokers_qualification',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('scope', sa.String(length=200), nullable=False),
    sa.Column('noted_by', BigInt, nullable=True),
    sa.Column('noted_at', UtcTime(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_brokers_qualification_days')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_qualification_broker_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['accounts_user.id'], name=op.f('fk_brokers_qualification_noted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_qualification'))
    )
    op.create_index('ix_brokers_qualification_broker_id', 'brokers_qualification', ['broker_id', 'kind'], unique=False)
    op.create_table('brokers_station',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('branch_id', BigInt, nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('placed_by', BigInt, nullable=True),
    sa.Column('known_from', UtcTime(), nullable=False),
    sa.Column('known_to', UtcTime(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_brokers_station_days')),
    sa.ForeignKeyConstraint(['branch_id'], ['brokers_branch.id'], name=op.f('fk_brokers_station_branch_id')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_station_broker_id')),
    sa.ForeignKeyConstraint(['placed_by'], ['accounts_user.id'], name=op.f('fk_brokers_station_placed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_station'))
    )
    op.create_index('ix_brokers_station_branch_id', 'brokers_station', ['branch_id', 'broker_id'], unique=False, sqlite_where=sa.text('known_to IS NULL'), postgresql_where=sa.text('known_to IS NULL'))
    op.create_index('ix_brokers_station_broker_id', 'brokers_station', ['broker_id', 'valid_from', 'valid_to'], unique=False)
    op.create_table('brokers_target',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('team_id', BigInt, nullable=True),
    sa.Column('broker_id', BigInt, nullable=True),
    sa.Column('measure', sa.String(length=40), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('amount', Scaled(10000), nullable=False),
    sa.Column('set_by', BigInt, nullable=True),
    sa.Column('set_at', UtcTime(), nullable=False),
    sa.CheckConstraint('(team_id IS NULL) != (broker_id IS NULL)', name=op.f('ck_brokers_target_whose')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_brokers_target_broker_id')),
    sa.ForeignKeyConstraint(['set_by'], ['accounts_user.id'], name=op.f('fk_brokers_target_set_by')),
    sa.ForeignKeyConstraint(['team_id'], ['brokers_team.id'], name=op.f('fk_brokers_target_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brokers_target'))
    )
    op.create_index('uq_brokers_target_broker', 'brokers_target', ['broker_id', 'measure', 'month'], unique=True, sqlite_where=sa.text('broker_id IS NOT NULL'), postgresql_where=sa.text('broker_id IS NOT NULL'))
    op.create_index('uq_brokers_target_team', 'brokers_target', ['team_id', 'measure', 'month'], unique=True, sqlite_where=sa.text('team_id IS NOT NULL'), postgresql_where=sa.text('team_id IS NOT NULL'))
    # ### end Alembic commands ###
