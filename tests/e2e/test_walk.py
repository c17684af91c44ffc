"""What a newcomer does, through the pages alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e import bringing, files
from tests.e2e.visitor import DESK_EN, PHONE_ZH, Device, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.feature("S84")]


@pytest.mark.parametrize("device", [DESK_EN, PHONE_ZH], ids=lambda device: device.name)
def test_a_newcomer_reaches_phones_and_mailboxes(
    visit: Callable[[Device], Visitor], device: Device
) -> None:
    visitor = visit(device)
    own = files.chinese() if device.language == "zh" else files.english()
    bringing.sign_in(visitor)
    bringing.import_clients(visitor, own)
    bringing.make_segment(visitor, own)
