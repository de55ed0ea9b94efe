"""Where a service may connect to, and what it needs for it."""

from pathlib import Path

import pytest

from shared.platform.broker import Broker
from shared.platform.settings import BrokerSettings, MalformedSetting
from tests.support.certificates import Authority


def _broker(url: str, ca: str | None = None) -> Broker:
    return Broker.of(BrokerSettings(nats_url=url, nats_ca=ca))


@pytest.mark.parametrize(
    "url", ["nats://127.0.0.1:4222", "nats://[::1]:4222", "nats://localhost:4222"]
)
def test_this_machine_is_reached_in_clear(url: str) -> None:
    assert _broker(url).trusted is None


@pytest.mark.parametrize(
    "url",
    [
        "nats://nats:4222",
        "nats://10.0.0.1:4222",
        "nats://127.0.0.1:4222,nats://nats:4222",
        "nats://localhost.example:4222",
        "tls://nats:4222,nats://127.0.0.1:4222",
        "ws://127.0.0.1:4222",
        "nats:4222",
        "",
    ],
)
def test_another_machine_is_never_reached_in_clear(url: str) -> None:
    with pytest.raises(MalformedSetting) as refused:
        _broker(url)
    assert refused.value.setting == "nats_url"


def test_an_authority_is_of_use_over_tls_only(tmp_path: Path) -> None:
    authority = str(Authority().write(tmp_path))
    with pytest.raises(MalformedSetting) as refused:
        _broker("nats://127.0.0.1:4222", authority)
    assert refused.value.setting == "nats_ca"


def test_only_the_authority_given_is_trusted(tmp_path: Path) -> None:
    authority = Authority()
    trusted = _broker("tls://a:4222, tls://b:4222", str(authority.write(tmp_path))).trusted
    assert trusted
    assert trusted.check_hostname
    [certificate] = trusted.get_ca_certs()
    assert int(str(certificate["serialNumber"]), 16) == authority.certificate.serial_number


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_an_authority_that_can_not_be_read_is_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.crt"
    if content:
        path.write_text(content)
    with pytest.raises(MalformedSetting, match="can't be read") as refused:
        _broker("tls://nats:4222", str(path))
    assert refused.value.setting == "nats_ca"
