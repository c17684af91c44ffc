"""A kind made for the tests: books, and a guest room that adds a column and a question."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel import work
from hub.kernel.base import Base, Id, table_of
from hub.kernel.imports.kinds import Columns, Context, ImportField, Kind, Question, Refused
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import amount, past_day, text_of, yes_no
from hub.kernel.module import Module, Permission


class Book(Base):
    __tablename__ = "trial_book"

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    price: Mapped[Decimal | None] = mapped_column(BigInteger)
    bought_on: Mapped[date | None]


class Keyword(Base):
    __tablename__ = "trial_keyword"

    id: Mapped[Id]
    book_id: Mapped[int] = mapped_column(index=True)
    place: Mapped[int]
    word: Mapped[str]


class Loanable(Base):
    __tablename__ = "guest_loanable"

    id: Mapped[Id]
    book_id: Mapped[int]
    may: Mapped[int]
    wording: Mapped[str]
    proof: Mapped[str]


def words(text: str, context: Context) -> list[dict[str, str]]:
    del context
    if "?" in text:
        raise Refused("no word: %(text)s", text=text)
    return [{"word": part.strip()} for part in text.split(";")]


def check(part: Slice) -> None:
    staged = part.select("title")
    cursed = select(staged.c.seq).where(staged.c.title == "Necronomicon")
    part.refuse(part.rows.c.seq.in_(cursed), "forbidden book", field="title")


def apply(part: Slice) -> None:
    """Create what is new, change what differs, say what became of each row."""
    session, book, row = work.session(), Book.__table__.c, part.rows.c
    found = select(book.id).where(book.no == row.key).scalar_subquery()
    part.tell(exists().where(book.no == row.key), target_id=found, outcome="unchanged")
    fields = ("title", "price", "bought_on")
    staged = part.select("no", *fields)
    new = select(staged.c.no, *(staged.c[name] for name in fields)).where(
        staged.c.target_id.is_(None)
    )
    session.execute(insert(table_of(Book)).from_select(["no", *fields], new))
    part.tell(row.target_id.is_(None), target_id=found, outcome="created")
    for name in fields:
        if part.has(name):
            differs = exists().where(
                book.id == row.target_id,
                part.value(name).is_not(None),
                book[name].is_distinct_from(part.value(name)),
            )
            if not part.tell(differs & (row.outcome == "unchanged"), outcome="updated"):
                continue
            changed = select(staged.c.target_id, staged.c[name]).subquery()
            session.execute(
                update(table_of(Book))
                .where(book.id == changed.c.target_id, changed.c[name].is_not(None))
                .values({name: changed.c[name]})
            )
    _note_words(part)


def _note_words(part: Slice) -> None:
    each = part.each("words", "word")
    known = exists().where(Keyword.book_id == each.c.target_id, Keyword.word == each.c.word)
    work.session().execute(
        insert(table_of(Keyword)).from_select(
            ["book_id", "place", "word"],
            select(each.c.target_id, each.c.place, each.c.word).where(~known),
        )
    )


def lend(part: Slice) -> None:
    staged = part.select("may_lend")
    known = exists().where(
        Loanable.book_id == staged.c.target_id, Loanable.may == staged.c.may_lend
    )
    query = select(
        staged.c.target_id,
        staged.c.may_lend,
        literal(part.answers.get("wording", "")),
        literal(part.sha256),
    ).where(staged.c.may_lend.is_not(None), ~known)
    columns = ["book_id", "may", "wording", "proof"]
    work.session().execute(insert(table_of(Loanable)).from_select(columns, query))


books = Kind(
    name="books",
    title="Books",
    needs="books.write",
    key="no",
    fields=(
        ImportField(name="no", title="Number", parse=text_of(20), required=True, aliases=("编号",)),
        ImportField(
            name="title", title="Title", parse=text_of(100), required=True, aliases=("书名",)
        ),
        ImportField(
            name="price", title="Price", parse=amount, type=BigInteger(), aliases=("价格",)
        ),
        ImportField(name="bought_on", title="Bought on", parse=past_day, type=Date()),
        ImportField(name="words", title="Keywords", parse=words, many=True, aliases=("keyword",)),
    ),
    check=check,
    apply=apply,
)

lending = Columns(
    kind="books",
    fields=(
        ImportField(
            name="may_lend", title="May be lent", parse=yes_no, type=Integer(), aliases=("可借",)
        ),
    ),
    questions=(
        Question(
            name="wording",
            title="Wording",
            parse=text_of(200),
            when=lambda mapped: "may_lend" in mapped,
        ),
    ),
    apply=lend,
)

right = Permission(name="books.write", title="Keep books", roles=("operator",))
trial = Module(name="trial", imports=(books,), permissions=(right,))
guest = Module(name="guest", imports=(lending,))
