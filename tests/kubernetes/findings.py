"""All that is looked for, of every kustomization."""

from collections.abc import Callable
from pathlib import Path

from tests.kubernetes import (
    alike,
    configuring,
    filled_in,
    naming,
    network,
    pods,
    references,
    routes,
    scaling,
    schemas,
    selecting,
    vault,
)
from tests.kubernetes.objects import Object
from tests.kubernetes.rendering import left_to_fill_in

Finding = Callable[[list[Object]], list[str]]

OF_OBJECTS: tuple[Finding, ...] = (
    schemas.of_kubernetes,
    pods.security,
    pods.resources,
    pods.lives,
    pods.let_go,
    naming.namespaces,
    naming.names,
    naming.labels,
)
"""Of each object by itself."""
OF_THE_WHOLE: tuple[Finding, ...] = (
    selecting.selectors,
    selecting.ports,
    selecting.accounts,
    selecting.volumes,
    scaling.autoscalers,
    scaling.budgets,
    scaling.spread,
    scaling.roll_outs,
    network.default_deny,
    network.among_pods,
    network.beyond,
    routes.outside,
    alike.differing,
    configuring.settings,
    configuring.users,
)
"""Of all that runs in a namespace together."""

OF_WHAT_IS_FILLED_IN: tuple[Finding, ...] = (
    configuring.broker,
    pods.digests,
    filled_in.networks,
    filled_in.addresses,
    filled_in.witnessed,
    left_to_fill_in,
)
"""Of an installation that is to be applied."""


def of_secrets(objects: list[Object], written: Path) -> list[str]:
    """What Secrets lack, or have for nobody."""
    return [
        *references.references(objects, written),
        *references.unused(objects, written),
        *vault.made_alike(objects, written),
    ]
