"""Words: what a template may not do, and where the footer of a promotion stands."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.deliveries import compose, words
from channels.deliveries.wire import _unfit
from hub.kernel.errors import Invalid
from hub.kernel.messages import MessageClass

pytestmark = pytest.mark.database("sqlite")

BOMBS = {
    "{{ 9**(9**9) }}": "**",
    "{{ 'a'*300000000 }}": "*",
    "{{ name|center(10**9) }}": "center",
    "{{ name|indent(1000000000) }}": "indent",
    "{{ '%1000000000d'|format(1) }}": "format",
    "{{ '%1000000000d' % 1 }}": "%",
    "{{ name|batch(1000000000, 'x') }}": "batch",
    "{{ name|wordwrap(1) }}": "wordwrap",
    "{{ 1.5|round(999999999, 'ceil') }}": "round",
    "{{ name|replace('', name) }}": "replace",
    "{{ name|safe }}": "safe",
    "{% for x in name %}{{ x }}{% endfor %}": "for",
    "{% set a = name ~ name %}{{ a }}": "set",
    "{% set a %}x{% endset %}{{ a }}": "set",
    "{% macro m() %}{% endmacro %}": "macro",
    "{{ name.__class__ }}": ".",
    "{{ name['x'] }}": "[]",
    "{{ name() }}": "()",
    "{% include 'x' %}": "include",
    "{% filter upper %}x{% endfilter %}": "filter",
    "{{ name|default(*name) }}": "*",
    "{{ {'a': 1} }}": "{}",
}
INTRICATE = (
    "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "{{ " + "not " * 20_000 + "1 }}",
    "{{ name" + "|upper" * 2_000 + " }}",
    "{{ name }}" * 15_000,
    "{{ " + "9" * 10_000 + " }}",
    "{% if name %}" * 200 + "{% endif %}" * 200,
)


def mail(html: str, text: str = "") -> str:
    texts = {"en": {"subject": "s", "text": text, "html": html}}
    made = compose.mail(
        texts, "en", {"name": "Li"}, klass=MessageClass.PROMOTION, leave="https://x.example/u/1"
    )
    return made.html


@pytest.mark.parametrize("source", BOMBS)
def test_a_template_that_asks_for_more_than_a_message_needs_is_refused_with_its_line(
    app: Flask, source: str
) -> None:
    began = time.monotonic()
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        words.compiled("sms", "one\n" + source)
    assert refused.value.fields == {
        "sms": f"Line 2: “{BOMBS[source]}” cannot be used in a message."
    }
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("source", INTRICATE, ids=range(len(INTRICATE)))
def test_a_template_too_deep_or_too_long_is_refused_at_once(app: Flask, source: str) -> None:
    began = time.monotonic()
    with app.test_request_context(), pytest.raises(Invalid, match="too intricate"):
        words.compiled("html", source)
    assert time.monotonic() - began < 5


def test_what_messages_need_still_works(app: Flask) -> None:
    source = (
        "{% if city in ['上海', '北京'] and name is defined %}{{ name|upper ~ '!' }}"
        "{% elif not city %}x{% else %}{{ city|default('town', boolean=true)|title }}{% endif %}"
    )
    with app.app_context():
        assert words.fill("text", source, {"name": "li", "city": "上海"}) == "LI!"
        assert words.fill("text", source, {"name": "li", "city": "wuhan"}) == "Wuhan"
        assert words.fill("html", "{{ name }}", {"name": "<b>"}) == "&lt;b&gt;"


BITS = st.sampled_from(
    ["{{ name }}", "{{city}}", "{{- name -}}", "{# {{ name }} #}", "{% raw %}{{ x }}{% endraw %}",
     "\n", " ", "市场", "<b>", "</body>", "</html >", "&", "\r\n", "{{ 'a<' }}"]
)  # fmt: skip
VALUES = st.one_of(st.text(max_size=8), st.integers(), st.just("<i>&'\""))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(bits=st.lists(BITS, max_size=12), name=VALUES, city=VALUES)
def test_pieces_give_what_the_template_gives(
    app: Flask, bits: list[str], name: object, city: object
) -> None:
    source, values = "".join(bits), {"name": name, "city": city}
    with app.app_context():
        for part in ("text", "html"):
            pieces = words.straight(part, source)
            if pieces is not None:
                written = "".join(words.compiled(part, source).generate(values))
                assert words.joined(part, pieces, values) == written


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(bits=st.lists(BITS, max_size=12), name=VALUES, city=VALUES)
def test_the_footer_stands_where_the_whole_text_would_have_it(
    app: Flask, bits: list[str], name: object, city: object
) -> None:
    leave = "https://hub.example/u/1.ab"
    known = {"name": name, "city": city, "unsubscribe_url": leave}
    with app.app_context():
        for part in ("text", "html"):
            source = "".join(bits)
            body = "".join(words.compiled(part, source).generate(known))
            footer = compose._footer(part, "en", leave)
            whole = compose._with_footer(part, body, footer)
            assert compose._with_leave(part, "en", source, known) == whole


@pytest.mark.parametrize("ask", ["", "{% if name %}!{% endif %}"])
@pytest.mark.parametrize(
    ("html", "ends"),
    [
        ("<html><body><p>{{ name }}</p></body></html>", "</body></html>"),
        ("<p>{{ name }}</p>", ""),
        ("<html>{{ name }}</html>\n", "</html>\n"),
        ("<body>{{ name }}</body> {{ name }}", "</body> li"),
    ],
)
def test_every_promotion_ends_with_the_address_that_unsubscribes(
    app: Flask, ask: str, html: str, ends: str
) -> None:
    texts = {"en": {"subject": "x", "text": ask + "{{ name }}", "html": ask + html}}
    leave = "https://hub.example/u/1.ab?a=1&b=2"
    with app.app_context():
        mail = compose.mail(texts, "en", {"name": "li"}, klass=MessageClass.PROMOTION, leave=leave)
        own = {"en": {"subject": "x", "text": ask + "{{ unsubscribe_url }}"}}
        theirs = compose.mail(own, "en", {"name": "li"}, klass=MessageClass.PROMOTION, leave=leave)
    link = '<a href="https://hub.example/u/1.ab?a=1&amp;b=2">'
    assert mail.html.count(link) == mail.text.count(leave) == theirs.text.count(leave) == 1
    assert mail.html.endswith("</a></p>" + ends)


def test_a_text_that_grows_too_long_is_given_up(app: Flask) -> None:
    with app.app_context(), pytest.raises(Invalid, match="more than 500000"):
        words.fill("text", "{{ name }}" * 600, {"name": "x" * 1_000})


def test_a_missing_value_is_told_by_its_code_in_any_language(app: Flask) -> None:
    chinese = {"Accept-Language": "zh", "Cookie": "hub_language=zh"}
    with app.test_request_context(headers=chinese):
        with pytest.raises(Invalid) as missing:
            words.fill("sms", "{{ city }}", {})
        with pytest.raises(Invalid) as unfit:
            words.fill("sms", "{{ city|length > 3 and city > 5 }}", {"city": "town"})
    assert missing.value.fields == {"sms": "此人没有变量 city 的值。"}
    assert _unfit(missing.value).code == "missing_variable"
    assert _unfit(unfit.value).code == "unfit_words"


def test_the_footer_stands_inside_a_whole_document(app: Flask) -> None:
    with app.app_context():
        whole = mail("<html><body><p>{{ name }}</p></BODY >\n</html>\n")
        headless = mail("<html><p>x</p></html>")
        part = mail("<p>x</p>")
    assert whole.endswith("</a></p></BODY >\n</html>\n")
    assert whole.startswith("<html><body><p>Li</p><hr>")
    assert headless.endswith("</a></p></html>")
    assert part.startswith("<p>x</p><hr>")


def test_only_a_link_that_is_really_there_stands_for_the_footer(app: Flask) -> None:
    with app.app_context():
        hidden = mail(
            "<p>x</p>{# unsubscribe_url #}{% if not name %}{{ unsubscribe_url }}{% endif %}"
        )
        own = mail('<a href="{{ unsubscribe_url }}">Leave</a>')
    assert "<hr>" in hidden
    assert "<hr>" not in own
