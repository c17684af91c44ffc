"""What a program sends to an import."""

from __future__ import annotations

from marshmallow import fields, validate

from hub.kernel.imports.sniff import DELIMITERS, ENCODINGS
from hub.pages.fields import Choice, Table, Text, Whole, Yes
from hub.pages.forms import Form

MOST_REJECTS = 200


class KindForm(Form):
    """What is imported."""

    kind = Text(most=64, required=True)


class UploadForm(KindForm):
    """The name of the file that is sent."""

    filename = Text(most=200, required=True)


class ReadingForm(Form):
    """How the file is to be read: a text by encoding and delimiter, a workbook by its sheet."""

    encoding = Choice(ENCODINGS, load_default=ENCODINGS[0])
    delimiter = Choice(DELIMITERS, load_default=",")
    header = Yes(load_default=True)
    sheet = Text(most=64, load_default="")


class MappingForm(Form):
    """Column numbers, from 0, and the fields they feed."""

    columns = Table(
        required=True,
        keys=fields.String(validate=validate.Regexp(r"[0-9]{1,4}\Z")),
        values=fields.String(validate=validate.Length(max=64)),
    )


class AnswersForm(Form):
    """Answers by the names of the questions."""

    answers = Table(
        required=True,
        keys=fields.String(validate=validate.Length(max=64)),
        values=fields.String(validate=validate.Length(max=2_000)),
    )


class RejectsForm(Form):
    """Which rejects are wanted: those after the one that the last answer named."""

    after = Whole(low=-1, load_default=-1)
    limit = Whole(low=1, high=MOST_REJECTS, load_default=50)
