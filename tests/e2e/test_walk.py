"""What a newcomer does, through the pages alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e import files, journey
from tests.e2e.visitor import DESK_EN, PHONE_ZH, Device, Visitor

pytestmark = [pytest.mark.browser]


@pytest.mark.feature("M02", "M11", "M13", "M14", "M19", "M26", "S84", "S93")
@pytest.mark.parametrize("device", [PHONE_ZH, DESK_EN], ids=lambda device: device.name)
def test_a_newcomer_reaches_phones_and_mailboxes(
    visit: Callable[[Device], Visitor], device: Device
) -> None:
    own = files.chinese() if device.language == "zh" else files.english()
    journey.walk(visit(device), own)
