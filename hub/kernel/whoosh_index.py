"""Whoosh behind the search port: words cut by rjieba, one writer at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import rjieba
from whoosh import fields, index, query, writing

from hub.kernel.errors import Unavailable
from hub.kernel.search import Documents

LOCK_S = 10.0  # longest wait for another writer
SHORT = 2  # characters: from here on the beginning of a Latin word or a number is enough

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"\w+")
_SCHEMA = fields.Schema(
    key=fields.ID(unique=True, stored=True),
    kind=fields.ID(),
    words=fields.KEYWORD(scorable=True),
)


@cache
def _cutter() -> Any:
    return rjieba.Jieba()


def cut(text: str) -> Iterator[str]:
    """Words of a text in small letters: Chinese ones as a dictionary cuts them."""
    for piece in _WORD.findall(normalize("NFKC", text).lower()):
        if _HAN.search(piece):
            yield from filter(_WORD.match, _cutter().cut_for_search(piece))
        else:
            yield piece


def indexed(text: str) -> Iterator[str]:
    """The words, and each Chinese sign: part of a name finds the name, however it was cut."""
    for word in cut(text):
        yield word
        if len(word) > 1:
            yield from _HAN.findall(word)


def asked(kind: str, words: str) -> query.Query:
    """All signs and beginnings must be there; whole words are better."""
    must: list[query.Query] = [query.Term("kind", kind)]
    better: list[query.Query] = []
    for word in cut(words):
        signs = _HAN.findall(word)
        must.extend(query.Term("words", sign) for sign in signs)
        if not signs:
            is_long = len(word) >= SHORT
            must.append(query.Prefix("words", word) if is_long else query.Term("words", word))
        better.append(query.Term("words", word))
    if not better:
        return query.NullQuery
    return query.AndMaybe(query.And(must), query.Or(better))


class WhooshIndex:
    """An index in a folder; it is made at the first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, kind: str, documents: Documents, gone: Iterable[int]) -> None:
        """Put documents in place of those with the same ids, take others out.

        Raises: Unavailable when another process keeps writing.
        """
        writer = self._writer()
        try:
            for number in gone:
                writer.delete_by_term("key", f"{kind}:{number}")
            for number, text in documents:
                writer.update_document(**_document(kind, number, text))
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def replace(self, documents: Iterable[tuple[str, int, str]]) -> None:
        """Begin anew; readers see the old documents until the end.

        Raises: Unavailable when another process keeps writing.
        """
        writer = self._writer()
        try:
            for document in documents:
                writer.add_document(**_document(*document))
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=writing.CLEAR)

    def compact(self) -> None:
        """Write all segments anew as one: of documents that are gone nothing stays.

        Raises: Unavailable when another process keeps writing.
        """
        self._writer().commit(optimize=True)

    def find(self, kind: str, words: str, limit: int) -> list[int]:
        """Ids, best first."""
        with self._open().searcher() as searcher:
            hits = searcher.search(asked(kind, words), limit=limit)
            return [int(hit["key"].rpartition(":")[2]) for hit in hits]

    def _open(self) -> Any:
        if index.exists_in(self.folder):
            return index.open_dir(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        return index.create_in(self.folder, _SCHEMA)

    def _writer(self) -> Any:
        try:
            return self._open().writer(timeout=LOCK_S)
        except index.LockError as error:
            raise Unavailable("another process writes the search index") from error


def _document(kind: str, number: int, text: str) -> dict[str, str]:
    return {"key": f"{kind}:{number}", "kind": kind, "words": " ".join(indexed(text))}
