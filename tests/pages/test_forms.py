"""Forms: typed input, plain words, nothing typed is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from hub.kernel import work
from hub.kernel.errors import Invalid
from hub.pages import formats, forms, htmx
from tests.web.gallery import Person, PersonForm

pytestmark = pytest.mark.database("sqlite")


def parse(app: Flask, **values: str) -> object:
    """The values as the form's dataclass."""
    with app.test_request_context(), work.unit():
        return forms.parse(PersonForm, MultiDict(values))


def test_clean_input_becomes_the_dataclass(app: Flask) -> None:
    """Stripped; an empty field counts as not given."""
    person = parse(app, name=" 王芳 ", email="w@example.com", assets="1,200.50", csrf_token="x")
    assert person == Person(name="王芳", email="w@example.com", assets=Decimal("1200.50"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"email": "nobody"}, "email"),
        ({"assets": "Infinity"}, "assets"),
        ({"assets": "0.00001"}, "assets"),
        ({"assets": "-1"}, "assets"),
        ({"city": "Atlantis"}, "city"),
    ],
)
def test_each_bad_field_is_named(app: Flask, values: dict[str, str], field: str) -> None:
    """And only that one."""
    with pytest.raises(Invalid) as caught:
        parse(app, **({"name": "a", "email": "a@example.com"} | values))
    assert set(caught.value.fields) == {field}


def test_a_refused_form_comes_back_as_it_was_typed_and_writes_nothing(app: Flask) -> None:
    """Status 422, the unit rolled back."""

    def act(person: Person) -> str:
        raise Invalid({"name": f"{person.name} is taken"})

    typed = {"name": "Li", "email": "l@example.com"}
    shown: list[forms.Filled] = []

    def show(filled: forms.Filled) -> str:
        shown.append(filled)
        return "again"

    request = app.test_request_context(method="POST", data=typed)
    with request, work.within_context(work.Unit(writes=True)) as unit:
        answer = forms.answer(PersonForm, forms.Answer(show, act))
        assert unit.failed
    assert getattr(answer, "status_code", 0) == 422
    assert shown[0].value("name") == "Li"
    assert shown[0].error("name") == "Li is taken"


def test_messages_come_in_the_readers_language(app: Flask) -> None:
    """Also those of the form library."""
    headers = {"Cookie": "hub_language=zh"}
    with app.test_request_context(headers=headers), pytest.raises(Invalid) as caught:
        forms.parse(PersonForm, MultiDict({"name": "x" * 41}))
    assert caught.value.fields == {"name": "太长：最多 40 个字符。", "email": "请填写此项。"}


def test_addresses_are_masked() -> None:
    """Told from others, not to be dialled or written to."""
    assert formats.masked_phone("+8613812341234") == "+86 138****1234"
    assert formats.masked_phone("13812341234") == "138****1234"
    assert formats.masked_phone("+85212") == "****12"
    assert formats.masked_email("lily@example.com") == "l***@example.com"


@pytest.mark.parametrize("address", ["//evil", "https://evil", "/\\evil", "/a\nb", "", None])
def test_the_way_back_never_leaves_the_site(address: str | None) -> None:
    """Whatever stands in `next`."""
    assert htmx.local(address) == "/"
    assert htmx.local("/clients?q=1") == "/clients?q=1"
