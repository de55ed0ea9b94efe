"""Which kustomizations there are."""

from tests.kubernetes.rendering import FILLED_IN, RESTORED, RESTORES, WITNESS, kustomizations

INSTALLATIONS = [*kustomizations("overlays", "combinations"), FILLED_IN]
"""Each of them all that runs in the namespace."""
WHOLE = [*INSTALLATIONS, RESTORED, WITNESS]
ALL = [*WHOLE, *kustomizations(*RESTORES)]
