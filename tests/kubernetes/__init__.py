"""The manifests of deploy/k8s: rendered, validated, and looked at for what schemas miss."""
