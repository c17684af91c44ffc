"""Tables of relationship, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('relationship_lead_source',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('title_zh', sa.String(length=60), nullable=False),
    sa.Column('title_en', sa.String(length=60), nullable=False),
    sa.Column('weight', BigInt, nullable=False),
    sa.Column('retired_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_lead_source')),
    sa.UniqueConstraint('code', name=op.f('uq_relationship_lead_source_code'))
    )
    op.create_table('relationship_agreement',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('no', sa.String(length=40), nullable=False),
    sa.Column('client_id', BigInt, nullable=True),
    sa.Column('broker_id', BigInt, nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('made_by', BigInt, nullable=True),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('ended_by', BigInt, nullable=True),
    sa.Column('ended_at', UtcTime(), nullable=True),
    sa.Column('end_reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint('(client_id IS NULL) <> (broker_id IS NULL)', name=op.f('ck_relationship_agreement_one_side')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_agreement_broker_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_agreement_client_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['accounts_user.id'], name=op.f('fk_relationship_agreement_ended_by')),
    sa.ForeignKeyConstraint(['made_by'], ['accounts_user.id'], name=op.f('fk_relationship_agreement_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_agreement')),
    sa.UniqueConstraint('no', name=op.f('uq_relationship_agreement_no'))
    )
    op.create_index('ix_relationship_agreement_broker_id', 'relationship_agreement', ['broker_id'], unique=False)
    op.create_index('ix_relationship_agreement_client_id', 'relationship_agreement', ['client_id'], unique=False)
    op.create_index('ix_relationship_agreement_ended_at', 'relationship_agreement', ['ended_at'], unique=False)
    op.create_table('relationship_change',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('cause', sa.String(length=80), nullable=False),
    sa.Column('giver_id', BigInt, nullable=True),
    sa.Column('people', BigInt, nullable=False),
    sa.Column('made_by', BigInt, nullable=True),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('told_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['giver_id'], ['brokers_broker.id'], name=op.f('fk_relationship_change_giver_id')),
    sa.ForeignKeyConstraint(['made_by'], ['accounts_user.id'], name=op.f('fk_relationship_change_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_change'))
    )
    op.create_index('ix_relationship_change_giver_id', 'relationship_change', ['giver_id', 'kind'], unique=False)
    op.create_index('uq_relationship_change_untold', 'relationship_change', ['cause'], unique=True, sqlite_where=sa.text('told_at IS NULL'), postgresql_where=sa.text('told_at IS NULL'))
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
    op.create_table('relationship_introduction',
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('noted_by', BigInt, nullable=True),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_introduction_broker_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_introduction_client_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['accounts_user.id'], name=op.f('fk_relationship_introduction_noted_by')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_relationship_introduction'))
    )
    op.create_index('ix_relationship_introduction_broker_id', 'relationship_introduction', ['broker_id', 'on_day'], unique=False)
    op.create_table('relationship_lead',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=16), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('city', sa.String(length=80), nullable=True),
    sa.Column('interest', sa.String(length=500), nullable=False),
    sa.Column('source_id', BigInt, nullable=False),
    sa.Column('consent', sa.String(length=16), nullable=False),
    sa.Column('consent_on', sa.Date(), nullable=False),
    sa.Column('consent_proof', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('lost_reason', sa.String(length=16), nullable=True),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.Column('broker_id', BigInt, nullable=True),
    sa.Column('client_id', BigInt, nullable=True),
    sa.Column('entered_by', BigInt, nullable=True),
    sa.Column('entered_at', UtcTime(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.CheckConstraint('phone IS NOT NULL OR email IS NOT NULL', name=op.f('ck_relationship_lead_reached')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_lead_broker_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_lead_client_id')),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_user.id'], name=op.f('fk_relationship_lead_entered_by')),
    sa.ForeignKeyConstraint(['source_id'], ['relationship_lead_source.id'], name=op.f('fk_relationship_lead_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_lead'))
    )
    op.create_index('ix_relationship_lead_changed_at', 'relationship_lead', ['changed_at'], unique=False)
    op.create_index('ix_relationship_lead_client_id', 'relationship_lead', ['client_id'], unique=False)
    op.create_index('ix_relationship_lead_email', 'relationship_lead', ['email'], unique=False)
    op.create_index('ix_relationship_lead_phone', 'relationship_lead', ['phone'], unique=False)
    op.create_index('ix_relationship_lead_state', 'relationship_lead', ['state', 'broker_id'], unique=False)
    op.create_table('relationship_transfer',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('giver_id', BigInt, nullable=False),
    sa.Column('receiver_id', BigInt, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('people', BigInt, nullable=False),
    sa.Column('moved', BigInt, nullable=False),
    sa.Column('left_out', BigInt, nullable=False),
    sa.Column('moved_on', sa.Date(), nullable=True),
    sa.Column('asked_by', BigInt, nullable=True),
    sa.Column('asked_at', UtcTime(), nullable=False),
    sa.Column('ended_at', UtcTime(), nullable=True),
    sa.CheckConstraint('giver_id != receiver_id', name=op.f('ck_relationship_transfer_two_sides')),
    sa.ForeignKeyConstraint(['asked_by'], ['accounts_user.id'], name=op.f('fk_relationship_transfer_asked_by')),
    sa.ForeignKeyConstraint(['giver_id'], ['brokers_broker.id'], name=op.f('fk_relationship_transfer_giver_id')),
    sa.ForeignKeyConstraint(['receiver_id'], ['brokers_broker.id'], name=op.f('fk_relationship_transfer_receiver_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_transfer'))
    )
    op.create_index('ix_relationship_transfer_giver_id', 'relationship_transfer', ['giver_id', 'state'], unique=False)
    op.create_index('ix_relationship_transfer_receiver_id', 'relationship_transfer', ['receiver_id', 'state'], unique=False)
    op.create_table('relationship_agreement_version',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('agreement_id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=True),
    sa.Column('broker_id', BigInt, nullable=True),
    sa.Column('number', BigInt, nullable=False),
    sa.Column('plan', sa.String(length=40), nullable=False),
    sa.Column('parameters', sa.String(length=80), nullable=False),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.Column('file_id', BigInt, nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('recorded_by', BigInt, nullable=True),
    sa.Column('known_from', UtcTime(), nullable=False),
    sa.Column('known_to', UtcTime(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('(client_id IS NULL) <> (broker_id IS NULL)', name=op.f('ck_relationship_agreement_version_one_side')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_relationship_agreement_version_days')),
    sa.ForeignKeyConstraint(['agreement_id'], ['relationship_agreement.id'], name=op.f('fk_relationship_agreement_version_agreement_id')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_agreement_version_broker_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_agreement_version_client_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['accounts_user.id'], name=op.f('fk_relationship_agreement_version_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_agreement_version'))
    )
    op.create_index('ix_relationship_agreement_version_agreement_id', 'relationship_agreement_version', ['agreement_id', 'number'], unique=False)
    op.create_index('ix_relationship_agreement_version_broker', 'relationship_agreement_version', ['broker_id', 'valid_from', 'valid_to'], unique=False)
    op.create_index('ix_relationship_agreement_version_client', 'relationship_agreement_version', ['client_id', 'valid_from', 'valid_to'], unique=False)
    op.create_index('ix_relationship_agreement_version_end', 'relationship_agreement_version', ['valid_to', 'known_to'], unique=False)
    op.create_table('relationship_handed',
    sa.Column('transfer_id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('moved', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_handed_client_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['relationship_transfer.id'], name=op.f('fk_relationship_handed_transfer_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('transfer_id', 'client_id', name=op.f('pk_relationship_handed'))
    )
    op.create_index(op.f('ix_relationship_handed_client_id'), 'relationship_handed', ['client_id'], unique=False)
    op.create_table('relationship_lead_step',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('lead_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('said', sa.String(length=500), nullable=False),
    sa.Column('broker_id', BigInt, nullable=True),
    sa.Column('by_user', BigInt, nullable=True),
    sa.Column('at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_lead_step_broker_id')),
    sa.ForeignKeyConstraint(['by_user'], ['accounts_user.id'], name=op.f('fk_relationship_lead_step_by_user')),
    sa.ForeignKeyConstraint(['lead_id'], ['relationship_lead.id'], name=op.f('fk_relationship_lead_step_lead_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_lead_step'))
    )
    op.create_index('ix_relationship_lead_step_lead_id', 'relationship_lead_step', ['lead_id', 'id'], unique=False)
    op.create_table('relationship_serving',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('change_id', BigInt, nullable=True),
    sa.Column('assigned_by', BigInt, nullable=True),
    sa.Column('known_from', UtcTime(), nullable=False),
    sa.Column('known_to', UtcTime(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_relationship_serving_days')),
    sa.ForeignKeyConstraint(['assigned_by'], ['accounts_user.id'], name=op.f('fk_relationship_serving_assigned_by')),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_serving_broker_id')),
    sa.ForeignKeyConstraint(['change_id'], ['relationship_change.id'], name=op.f('fk_relationship_serving_change_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_relationship_serving_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relationship_serving'))
    )
    op.create_index('ix_relationship_serving_broker', 'relationship_serving', ['broker_id', 'client_id', 'valid_from', 'valid_to'], unique=False, sqlite_where=sa.text('known_to IS NULL'), postgresql_where=sa.text('known_to IS NULL'))
    op.create_index('ix_relationship_serving_change', 'relationship_serving', ['change_id'], unique=False, sqlite_where=sa.text('change_id IS NOT NULL'), postgresql_where=sa.text('change_id IS NOT NULL'))
    op.create_index('ix_relationship_serving_client', 'relationship_serving', ['client_id', 'valid_from', 'valid_to'], unique=False)
    op.create_table('relationship_vote',
    sa.Column('transfer_id', BigInt, nullable=False),
    sa.Column('seat', sa.String(length=24), nullable=False),
    sa.Column('broker_id', BigInt, nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.Column('user_id', BigInt, nullable=True),
    sa.Column('said_at', UtcTime(), nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['broker_id'], ['brokers_broker.id'], name=op.f('fk_relationship_vote_broker_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['relationship_transfer.id'], name=op.f('fk_relationship_vote_transfer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_relationship_vote_user_id')),
    sa.PrimaryKeyConstraint('transfer_id', 'seat', name=op.f('pk_relationship_vote'))
    )
    op.create_index('ix_relationship_vote_broker_id', 'relationship_vote', ['broker_id', 'agreed'], unique=False)
    # ### end Alembic commands ###
