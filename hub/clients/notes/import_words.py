"""The words for kinds and consents in a file, in both languages."""

from __future__ import annotations

from hub.clients.notes.rules import Consent, NoteKind

_CHINESE = {
    NoteKind.RETIREMENT: "养老", NoteKind.EDUCATION: "教育", NoteKind.HOME: "购房",
    NoteKind.CASH: "流动资金", NoteKind.GROWTH: "增值", NoteKind.PROTECTION: "保障",
    NoteKind.OTHER_NEED: "其他需求", NoteKind.MARRIAGE: "结婚", NoteKind.BIRTH: "生育",
    NoteKind.DIVORCE: "离婚", NoteKind.NEW_JOB: "换工作", NoteKind.RETIRED: "退休",
    NoteKind.INHERITANCE: "继承", NoteKind.ILLNESS: "患病", NoteKind.MOVE: "搬家",
    NoteKind.OTHER_EVENT: "其他事件", NoteKind.NEWS: "消息",
}  # fmt: skip

KIND_WORDS = {kind.value: kind.value for kind in NoteKind} | {
    word: kind.value for kind, word in _CHINESE.items()
}
CONSENT_WORDS = {
    "spoken": Consent.SPOKEN.value, "口头": Consent.SPOKEN.value,
    "written": Consent.WRITTEN.value, "书面": Consent.WRITTEN.value,
}  # fmt: skip
