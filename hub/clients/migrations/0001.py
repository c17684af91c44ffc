"""Tables of clients, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, Scaled, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('clients_address',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('value', sa.String(length=254), nullable=False),
    sa.Column('region', sa.String(length=2), nullable=True),
    sa.Column('raw', sa.String(length=255), nullable=False),
    sa.Column('flags', BigInt, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_address')),
    sa.UniqueConstraint('id', 'kind', name=op.f('uq_clients_address_id_kind')),
    sa.UniqueConstraint('kind', 'value', name=op.f('uq_clients_address_kind_value'))
    )
    op.create_table('clients_field',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('title_zh', sa.String(length=60), nullable=False),
    sa.Column('title_en', sa.String(length=60), nullable=False),
    sa.Column('choices', Json, nullable=False),
    sa.Column('is_filter', sa.Boolean(), nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('retired_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_field')),
    sa.UniqueConstraint('title_zh', name=op.f('uq_clients_field_title_zh'))
    )
    op.create_table('clients_household',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_household'))
    )
    op.create_table('clients_tag',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('folded', sa.String(length=120), nullable=False),
    sa.Column('is_listed', sa.Boolean(), nullable=False),
    sa.Column('made_at', UtcTime(), nullable=False),
    sa.Column('retired_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_tag')),
    sa.UniqueConstraint('folded', name=op.f('uq_clients_tag_folded')),
    sa.UniqueConstraint('name', name=op.f('uq_clients_tag_name'))
    )
    op.create_table('clients_client',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('no', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('name_key', sa.String(length=255), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=True),
    sa.Column('gender', sa.String(length=8), nullable=True),
    sa.Column('preferred_channel', sa.String(length=8), nullable=True),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('branch', sa.String(length=80), nullable=True),
    sa.Column('flags', BigInt, nullable=False),
    sa.Column('stated_assets', Scaled(10000), nullable=True),
    sa.Column('user_id', BigInt, nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('merged_into', BigInt, nullable=True),
    sa.ForeignKeyConstraint(['merged_into'], ['clients_client.id'], name=op.f('fk_clients_client_merged_into')),
    sa.ForeignKeyConstraint(['user_id'], ['accounts_user.id'], name=op.f('fk_clients_client_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_client')),
    sa.UniqueConstraint('no', name=op.f('uq_clients_client_no')),
    sa.UniqueConstraint('user_id', name=op.f('uq_clients_client_user_id'))
    )
    op.create_index('ix_clients_client_assets', 'clients_client', ['stated_assets', 'flags', 'merged_into', 'id'], unique=False)
    op.create_index('ix_clients_client_created_at', 'clients_client', ['created_at', 'id'], unique=False)
    op.create_index('ix_clients_client_merged_into', 'clients_client', ['merged_into'], unique=False, sqlite_where=sa.text('merged_into IS NOT NULL'), postgresql_where=sa.text('merged_into IS NOT NULL'))
    op.create_index('ix_clients_client_name', 'clients_client', ['name', 'id'], unique=False)
    op.create_index('ix_clients_client_name_key', 'clients_client', ['name_key', 'birthday', 'id'], unique=False)
    op.create_index('ix_clients_client_segment', 'clients_client', ['city', 'stated_assets', 'flags', 'branch', 'language', 'gender', 'birthday', 'opened_on', 'preferred_channel', 'merged_into', 'id'], unique=False, sqlite_where=sa.text('merged_into IS NULL'), postgresql_where=sa.text('merged_into IS NULL'))
    op.create_table('clients_frozen',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('rule', Json, nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('known_at', UtcTime(), nullable=True),
    sa.Column('size', BigInt, nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('owner_id', BigInt, nullable=False),
    sa.Column('taken_at', UtcTime(), nullable=False),
    sa.Column('put_away_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts_user.id'], name=op.f('fk_clients_frozen_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_frozen'))
    )
    op.create_index(op.f('ix_clients_frozen_owner_id'), 'clients_frozen', ['owner_id'], unique=False)
    op.create_table('clients_segment',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('rule', Json, nullable=False),
    sa.Column('owner_id', BigInt, nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['accounts_user.id'], name=op.f('fk_clients_segment_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_segment')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_clients_segment_owner_id_name'))
    )
    op.create_index(op.f('ix_clients_segment_owner_id'), 'clients_segment', ['owner_id'], unique=False)
    op.create_table('clients_care',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('put_by', BigInt, nullable=True),
    sa.Column('put_at', UtcTime(), nullable=False),
    sa.Column('ended_by', BigInt, nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_clients_care_days')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_care_client_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['accounts_user.id'], name=op.f('fk_clients_care_ended_by')),
    sa.ForeignKeyConstraint(['put_by'], ['accounts_user.id'], name=op.f('fk_clients_care_put_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_care'))
    )
    op.create_index('ix_clients_care_client_id', 'clients_care', ['client_id', 'kind', 'valid_from'], unique=False)
    op.create_table('clients_contact',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('address_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['address_id', 'kind'], ['clients_address.id', 'clients_address.kind'], name=op.f('fk_clients_contact_address_id_kind')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_contact_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_contact')),
    sa.UniqueConstraint('client_id', 'address_id', name=op.f('uq_clients_contact_client_id_address_id'))
    )
    op.create_index('ix_clients_contact_address_id', 'clients_contact', ['address_id', 'client_id'], unique=False)
    op.create_index('uq_clients_contact_primary', 'clients_contact', ['client_id', 'kind'], unique=True, sqlite_where=sa.text('is_primary = 1'), postgresql_where=sa.text('is_primary'))
    op.create_table('clients_duplicate',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('low_id', BigInt, nullable=False),
    sa.Column('high_id', BigInt, nullable=False),
    sa.Column('clues', BigInt, nullable=False),
    sa.Column('score', BigInt, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('found_at', UtcTime(), nullable=False),
    sa.Column('kept_id', BigInt, nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('decided_by', BigInt, nullable=True),
    sa.Column('decided_at', UtcTime(), nullable=True),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_clients_duplicate_two')),
    sa.ForeignKeyConstraint(['decided_by'], ['accounts_user.id'], name=op.f('fk_clients_duplicate_decided_by')),
    sa.ForeignKeyConstraint(['high_id'], ['clients_client.id'], name=op.f('fk_clients_duplicate_high_id')),
    sa.ForeignKeyConstraint(['low_id'], ['clients_client.id'], name=op.f('fk_clients_duplicate_low_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_duplicate')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_clients_duplicate_low_id_high_id'))
    )
    op.create_index('ix_clients_duplicate_high_id', 'clients_duplicate', ['high_id'], unique=False)
    op.create_index('ix_clients_duplicate_state', 'clients_duplicate', ['state', 'score', 'id'], unique=False)
    op.create_table('clients_fact',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('number', Scaled(10000), nullable=True),
    sa.Column('text', sa.String(length=255), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('known_from', UtcTime(), nullable=False),
    sa.Column('known_to', UtcTime(), nullable=True),
    sa.Column('source', sa.String(length=255), nullable=False),
    sa.CheckConstraint('(number IS NULL) <> (text IS NULL)', name=op.f('ck_clients_fact_one_value')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_clients_fact_days')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_fact_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_fact'))
    )
    op.create_index('ix_clients_fact_client_id', 'clients_fact', ['client_id', 'name', 'valid_from'], unique=False)
    op.create_index('ix_clients_fact_name', 'clients_fact', ['name', 'client_id'], unique=False)
    op.create_table('clients_frozen_member',
    sa.Column('frozen_id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_frozen_member_client_id')),
    sa.ForeignKeyConstraint(['frozen_id'], ['clients_frozen.id'], name=op.f('fk_clients_frozen_member_frozen_id')),
    sa.PrimaryKeyConstraint('frozen_id', 'client_id', name=op.f('pk_clients_frozen_member'))
    )
    op.create_index('ix_clients_frozen_member_client_id', 'clients_frozen_member', ['client_id', 'frozen_id'], unique=False)
    op.create_table('clients_member',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('household_id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('put_by', BigInt, nullable=True),
    sa.Column('ended_by', BigInt, nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_clients_member_days')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_member_client_id')),
    sa.ForeignKeyConstraint(['household_id'], ['clients_household.id'], name=op.f('fk_clients_member_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_member'))
    )
    op.create_index('ix_clients_member_client_id', 'clients_member', ['client_id', 'valid_from'], unique=False)
    op.create_index('ix_clients_member_household_id', 'clients_member', ['household_id', 'client_id'], unique=False)
    op.create_table('clients_note',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('source_detail', sa.String(length=255), nullable=False),
    sa.Column('consent', sa.String(length=16), nullable=False),
    sa.Column('consent_on', sa.Date(), nullable=True),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('noted_by', BigInt, nullable=True),
    sa.Column('noted_at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_note_client_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['accounts_user.id'], name=op.f('fk_clients_note_noted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_note')),
    sa.UniqueConstraint('client_id', 'mark', name=op.f('uq_clients_note_client_id_mark'))
    )
    op.create_index('ix_clients_note_consent', 'clients_note', ['consent', 'noted_at'], unique=False)
    op.create_index('ix_clients_note_kind', 'clients_note', ['kind', 'client_id'], unique=False)
    op.create_table('clients_paper',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('sealed', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('known_at', UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_paper_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_paper')),
    sa.UniqueConstraint('client_id', 'kind', name=op.f('uq_clients_paper_client_id_kind'))
    )
    op.create_index('ix_clients_paper_fingerprint', 'clients_paper', ['fingerprint'], unique=False)
    op.create_table('clients_past_contact',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('address_id', BigInt, nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.CheckConstraint('valid_to > valid_from', name=op.f('ck_clients_past_contact_days')),
    sa.ForeignKeyConstraint(['address_id'], ['clients_address.id'], name=op.f('fk_clients_past_contact_address_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_past_contact_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_past_contact'))
    )
    op.create_index('ix_clients_past_contact_address_id', 'clients_past_contact', ['address_id', 'valid_from'], unique=False)
    op.create_index('ix_clients_past_contact_client_id', 'clients_past_contact', ['client_id', 'valid_from'], unique=False)
    op.create_table('clients_past_profile',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('name', sa.String(length=24), nullable=False),
    sa.Column('text', sa.String(length=255), nullable=True),
    sa.Column('on_day', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_past_profile_client_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_past_profile')),
    sa.UniqueConstraint('client_id', 'name', 'valid_to', name=op.f('uq_clients_past_profile_client_id_name_valid_to'))
    )
    op.create_table('clients_relation',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('other_id', BigInt, nullable=True),
    sa.Column('name', sa.String(length=120), nullable=True),
    sa.Column('contact', sa.String(length=254), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('put_by', BigInt, nullable=True),
    sa.Column('put_at', UtcTime(), nullable=False),
    sa.Column('ended_by', BigInt, nullable=True),
    sa.CheckConstraint('(other_id IS NULL) <> (name IS NULL)', name=op.f('ck_clients_relation_one_person')),
    sa.CheckConstraint('other_id IS NULL OR other_id <> client_id', name=op.f('ck_clients_relation_not_himself')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_clients_relation_days')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_relation_client_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['accounts_user.id'], name=op.f('fk_clients_relation_ended_by')),
    sa.ForeignKeyConstraint(['other_id'], ['clients_client.id'], name=op.f('fk_clients_relation_other_id')),
    sa.ForeignKeyConstraint(['put_by'], ['accounts_user.id'], name=op.f('fk_clients_relation_put_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_relation'))
    )
    op.create_index('ix_clients_relation_client_id', 'clients_relation', ['client_id', 'kind'], unique=False)
    op.create_index('ix_clients_relation_other_id', 'clients_relation', ['other_id'], unique=False)
    op.create_table('clients_tagging',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('client_id', BigInt, nullable=False),
    sa.Column('tag_id', BigInt, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('put_by', BigInt, nullable=True),
    sa.Column('taken_by', BigInt, nullable=True),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_clients_tagging_days')),
    sa.ForeignKeyConstraint(['client_id'], ['clients_client.id'], name=op.f('fk_clients_tagging_client_id')),
    sa.ForeignKeyConstraint(['tag_id'], ['clients_tag.id'], name=op.f('fk_clients_tagging_tag_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients_tagging'))
    )
    op.create_index('ix_clients_tagging_client_id', 'clients_tagging', ['client_id', 'tag_id', 'valid_from'], unique=False)
    op.create_index('ix_clients_tagging_tag_id', 'clients_tagging', ['tag_id', 'client_id'], unique=False)
    # ### end Alembic commands ###
