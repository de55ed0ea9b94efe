"""Mistakes of numbers, budgets and spreading."""

from functools import partial

from tests.kubernetes import scaling
from tests.kubernetes.mistakes.making import API, CONTAINER, POD, Found, put, without

MISTAKES: list[Found] = [
    (
        scaling.autoscalers,
        put("HorizontalPodAutoscaler", "notes-api", "spec|minReplicas", 7),
        "from 7 to 6",
    ),
    (scaling.autoscalers, API("spec|replicas", 2), "sets its number back"),
    (scaling.autoscalers, without("Deployment", "notes-api"), "scales nothing"),
    (
        scaling.autoscalers,
        API(f"{CONTAINER}|resources|requests", {"memory": "256Mi"}),
        "a share of nothing",
    ),
    (
        scaling.budgets,
        put("PodDisruptionBudget", "notes-api", "spec|maxUnavailable", 0),
        "holds up every drain",
    ),
    (
        scaling.budgets,
        put("PodDisruptionBudget", "notes-api", "spec|maxUnavailable", 2),
        "lets all of Deployment notes-api go at once",
    ),
    (scaling.budgets, without("PodDisruptionBudget", "notes-worker"), "has 0 disruption budgets"),
    (scaling.spread, API(f"{POD}|topologySpreadConstraints", []), "is not spread by"),
    (
        scaling.spread,
        API(f"{POD}|topologySpreadConstraints|0|nodeTaintsPolicy", None),
        "counts nodes that are drained",
    ),
    (
        scaling.spread,
        API(f"{POD}|topologySpreadConstraints|0|matchLabelKeys", None),
        "a roll-out counts as one with the last",
    ),
    (
        scaling.spread,
        API(f"{POD}|topologySpreadConstraints|0|labelSelector", {"matchLabels": {"a": "b"}}),
        "spreads others' pods",
    ),
    (scaling.roll_outs, API("spec|strategy|rollingUpdate|maxUnavailable", 1), "rolls out by"),
    (
        partial(scaling.connections, pool=6),
        put("HorizontalPodAutoscaler", "notes-api", "spec|maxReplicas", 60),
        "Cluster notes-db takes",
    ),
]
