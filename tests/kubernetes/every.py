"""Which kustomizations there are."""

from tests.kubernetes.rendering import FILLED_IN, RESTORES, WITNESS, kustomizations

INSTALLATIONS = [*kustomizations("overlays", "combinations"), FILLED_IN]
"""Each of them all that runs in the namespace."""
WHOLE = [*INSTALLATIONS, WITNESS]
ALL = [*WHOLE, *kustomizations(*RESTORES)]
