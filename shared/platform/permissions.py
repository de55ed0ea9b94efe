"""What a service's user may do at the broker, as the service declares itself: least privilege."""

from shared.contracts.system import SERVICES
from shared.eventstore.cloudevents import KEYS, Names
from shared.platform.service import Service

OWN_PERMISSIONS = "$SYS.REQ.USER.INFO"
"""Asks the broker what one may do oneself: `countersign doctor` does."""


def permissions(service: Service, ods_code: str) -> dict[str, object]:
    """What a service's user may do: publish its own subjects, and follow the streams it reads.

    It answers into the inboxes of services, and nowhere else: what may be answered wherever an
    asker says (`allow_responses`) is a way to publish anything as anybody.
    """
    own = Names(ods_code, service.name)
    publish = [own.subjects, own.head, f"care-ask.{ods_code}.*.head", OWN_PERMISSIONS]
    publish += [f"_INBOX_{asker}.>" for asker in SERVICES]
    for producer in sorted({service.name, *service.handlers}):
        stream = Names(ods_code, producer).stream
        publish += [f"$JS.API.STREAM.MSG.GET.{stream}", f"$JS.API.STREAM.INFO.{stream}"]
    for producer in sorted(service.handlers):
        followed = Names(ods_code, producer)
        publish += _following(followed.stream, f"{service.name}-from-{producer}")
        if service.asks_for_events:
            publish += [followed.ask_range, followed.ask_digests]
    if service.owns_keys:
        publish.append(own.keys)
    if service.owns_keys or service.keys_from:
        publish.append(f"$JS.API.STREAM.INFO.{KEYS}")
    # Its own too, for `countersign recover`: a store that was set back may lack some.
    for owner in sorted({*service.keys_from, *([service.name] if service.owns_keys else ())}):
        only = Names(ods_code, owner).keys
        publish += _following(KEYS, f"{service.name}-keys-from-{owner}", only)
    return {
        "publish": publish,
        "subscribe": [
            f"_INBOX_{service.name}.>",
            own.ask_head,
            own.ask_range,
            own.ask_digests,
            f"care-head.{ods_code}.*",
        ],
    }


def _following(stream: str, durable: str, only: str | None = None) -> list[str]:
    """A durable consumer of one's own: of a whole stream, or of the subjects `only`."""
    return [
        f"$JS.API.CONSUMER.CREATE.{stream}.{durable}" + (f".{only}" if only else ""),
        f"$JS.API.CONSUMER.DELETE.{stream}.{durable}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
    ]
