"""One mistake and more for each thing that is looked for."""

from tests.kubernetes.mistakes import (
    of_filled_in,
    of_names,
    of_pods,
    of_scaling,
    of_settings,
    of_ways,
)

MISTAKES = [
    *of_pods.MISTAKES,
    *of_names.MISTAKES,
    *of_scaling.MISTAKES,
    *of_ways.MISTAKES,
    *of_settings.MISTAKES,
    *of_filled_in.MISTAKES,
]
