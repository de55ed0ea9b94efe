"""Mistakes of what a pod may do and takes."""

from tests.kubernetes import pods, schemas
from tests.kubernetes.mistakes.making import API, CONTAINER, POD, Found, put
from tests.kubernetes.rendering import left_to_fill_in

MISTAKES: list[Found] = [
    (schemas.of_kubernetes, API("spec|strateggy", {}), "strateggy"),
    (schemas.of_kubernetes, API("spec|minReadySeconds", "5"), "minReadySeconds"),
    (pods.security, API(f"{CONTAINER}|securityContext|readOnlyRootFilesystem", None), "readOnly"),
    (pods.security, API(f"{CONTAINER}|securityContext|capabilities|add", ["NET_RAW"]), "NET_RAW"),
    (pods.security, API(f"{CONTAINER}|securityContext|privileged", True), "privileged is True"),
    (pods.security, API(f"{POD}|securityContext|runAsUser", 0), "runAsUser is 0"),
    (pods.security, API(f"{POD}|securityContext|seccompProfile", None), "seccompProfile is None"),
    (pods.security, API(f"{POD}|automountServiceAccountToken", None), "automountService"),
    (pods.security, API(f"{POD}|enableServiceLinks", True), "enableServiceLinks"),
    (pods.security, API(f"{POD}|hostNetwork", True), "hostNetwork"),
    (pods.security, API(f"{POD}|volumes|0", {"name": "tmp", "emptyDir": {}}), "no size limit"),
    (pods.security, API(f"{POD}|volumes|0", {"name": "tmp", "hostPath": {}}), "tmp is hostPath"),
    (
        pods.security,
        API(f"{POD}|initContainers", [{"name": "first", "image": "any"}]),
        "container first's capabilities is None",
    ),
    (
        pods.security,
        put("ServiceAccount", "notes", "automountServiceAccountToken", True),
        "ServiceAccount notes mounts a token",
    ),
    (
        pods.security,
        put("Namespace", "countersign", "metadata|labels", {}),
        "isn't restricted",
    ),
    (pods.resources, API(f"{CONTAINER}|resources|limits", None), "says nothing of memory"),
    (pods.resources, API(f"{CONTAINER}|resources|requests|memory", "2Gi"), "more than its limit"),
    (pods.lives, API(f"{CONTAINER}|readinessProbe", None), "has no readiness probe"),
    (
        pods.lives,
        API(f"{CONTAINER}|livenessProbe|httpGet|path", "/health/ready"),
        "when its database is away",
    ),
    (pods.lives, API(f"{POD}|terminationGracePeriodSeconds", 15), "before its requests"),
    (pods.let_go, API(f"{CONTAINER}|args", ["serve", "notes", "--drain", "0"]), "ends while"),
    (pods.digests, API(f"{CONTAINER}|image", "countersign:1"), "countersign:1"),
    (
        pods.digests,
        API(f"{POD}|initContainers", [{"name": "first", "image": "any"}]),
        "Deployment notes-api: any",
    ),
    (left_to_fill_in, API(f"{CONTAINER}|image", "registry.invalid/any"), "registry.invalid"),
]
