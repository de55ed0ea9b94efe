"""The broker as one service's user sees it, and what it holds compared with the service's store."""

from countersign.doctor.broker.following import following, relayed
from countersign.doctor.broker.judging import broker
from countersign.doctor.broker.looking import BrokerAway, Seen, look

__all__ = ["BrokerAway", "Seen", "broker", "following", "look", "relayed"]
