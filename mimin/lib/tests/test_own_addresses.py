"""Under which addresses others in the network find this machine."""

from __future__ import annotations

import ipaddress

import pytest

from mimin.lib import own_addresses as module
from mimin.lib.own_addresses import own_addresses


def test_every_address_is_one_of_ipv4_once_and_none_is_loopback() -> None:
    found = own_addresses()
    assert [one for one in found if ipaddress.IPv4Address(one).is_loopback] == []
    assert len(set(found)) == len(found)


def test_the_one_that_leads_outside_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_leads_outside", lambda: "192.168.1.10")
    monkeypatch.setattr(module, "_of_interfaces", lambda: ["127.0.0.1", "10.0.0.3", "192.168.1.10"])
    assert own_addresses() == ["192.168.1.10", "10.0.0.3"]


def test_a_hall_without_a_way_outside_still_has_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_leads_outside", lambda: "")
    monkeypatch.setattr(module, "_of_interfaces", lambda: ["127.0.0.1", "192.168.43.1"])
    assert own_addresses() == ["192.168.43.1"]
