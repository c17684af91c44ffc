"""Tables of imports, as they stand before version 1.0."""

import sqlalchemy as sa
from alembic import op

from hub.kernel.base import BigInt, Json, UtcTime


def upgrade() -> None:
    """Make the tables."""
    op.create_table('imports_import',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=255), nullable=False),
    sa.Column('filename', sa.String(length=255), nullable=False),
    sa.Column('owner_id', BigInt, nullable=True),
    sa.Column('actor_id', BigInt, nullable=True),
    sa.Column('token_id', BigInt, nullable=True),
    sa.Column('state', sa.String(length=255), nullable=False),
    sa.Column('halted', sa.String(length=255), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('size_bytes', BigInt, nullable=False),
    sa.Column('sha256', sa.String(length=255), nullable=False),
    sa.Column('form', Json, nullable=False),
    sa.Column('header', Json, nullable=False),
    sa.Column('notices', Json, nullable=False),
    sa.Column('mapping', Json, nullable=False),
    sa.Column('answers', Json, nullable=False),
    sa.Column('cursor', Json, nullable=False),
    sa.Column('run', BigInt, nullable=False),
    sa.Column('operation_id', BigInt, nullable=True),
    sa.Column('lines', BigInt, nullable=False),
    sa.Column('good', BigInt, nullable=False),
    sa.Column('bad', BigInt, nullable=False),
    sa.Column('created', BigInt, nullable=False),
    sa.Column('updated', BigInt, nullable=False),
    sa.Column('unchanged', BigInt, nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('changed_at', UtcTime(), nullable=False),
    sa.Column('done_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports_import'))
    )
    op.create_index('ix_imports_import_owner', 'imports_import', ['owner_id', 'id'], unique=False)
    op.create_index('ix_imports_import_sha256', 'imports_import', ['kind', 'sha256'], unique=False)
    op.create_table('imports_memory',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('kind', sa.String(length=255), nullable=False),
    sa.Column('signature', sa.String(length=255), nullable=False),
    sa.Column('mapping', Json, nullable=False),
    sa.Column('used_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports_memory')),
    sa.UniqueConstraint('kind', 'signature', name=op.f('uq_imports_memory_kind_signature'))
    )
    op.create_table('imports_line',
    sa.Column('import_id', BigInt, autoincrement=False, nullable=False),
    sa.Column('seq', BigInt, autoincrement=False, nullable=False),
    sa.Column('line', BigInt, nullable=False),
    sa.Column('cells', sa.Text(), nullable=False),
    sa.Column('reasons', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['imports_import.id'], name=op.f('fk_imports_line_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'seq', name=op.f('pk_imports_line')),
    sqlite_with_rowid=False
    )
    op.create_table('imports_part',
    sa.Column('id', BigInt, nullable=False),
    sa.Column('import_id', BigInt, nullable=False),
    sa.Column('seq', BigInt, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports_import.id'], name=op.f('fk_imports_part_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports_part')),
    sa.UniqueConstraint('import_id', 'seq', name=op.f('uq_imports_part_import_id_seq'))
    )
    op.create_table('imports_row',
    sa.Column('import_id', BigInt, autoincrement=False, nullable=False),
    sa.Column('seq', BigInt, autoincrement=False, nullable=False),
    sa.Column('line', BigInt, nullable=False),
    sa.Column('key', sa.String(length=255), nullable=True),
    sa.Column('values', Json, nullable=False),
    sa.Column('reasons', sa.Text(), nullable=True),
    sa.Column('target_id', BigInt, nullable=True),
    sa.Column('outcome', sa.String(length=255), nullable=True),
    sa.Column('round', BigInt, nullable=False),
    sa.Column('waits', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['imports_import.id'], name=op.f('fk_imports_row_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'seq', name=op.f('pk_imports_row')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_imports_row_bad', 'imports_row', ['import_id', 'seq'], unique=False, sqlite_where=sa.text('reasons IS NOT NULL'), postgresql_where=sa.text('reasons IS NOT NULL'))
    op.create_index('ix_imports_row_key', 'imports_row', ['import_id', 'key', 'line'], unique=False, sqlite_where=sa.text('reasons IS NULL'), postgresql_where=sa.text('reasons IS NULL'))
    op.create_index('ix_imports_row_round', 'imports_row', ['import_id', 'round', 'seq'], unique=False, sqlite_where=sa.text('round > 0'), postgresql_where=sa.text('round > 0'))
    op.create_index('ix_imports_row_target_id', 'imports_row', ['import_id', 'target_id'], unique=False)
    # ### end Alembic commands ###
