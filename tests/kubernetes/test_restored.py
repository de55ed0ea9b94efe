"""An installation after a database was restored: the overlay goes over to the new cluster."""

from tests.kubernetes import references
from tests.kubernetes.objects import Object, named
from tests.kubernetes.rendering import FILLED_IN, RESTORED, Rendered, texts


def test_an_installation_goes_over_to_a_restored_database(rendered: Rendered) -> None:
    """Nobody names the old cluster any longer. What its archive is called stays."""
    assert len(_naming_the_first_cluster(rendered.of(FILLED_IN))) > 15
    left = _naming_the_first_cluster(rendered.of(RESTORED))
    assert left == ["Cluster notes-db-2", "ObjectStore notes-db"]
    assert references.references(rendered.of(RESTORED), rendered.secrets) == []


def _naming_the_first_cluster(objects: list[Object]) -> list[str]:
    return sorted(
        named(each)
        for each in objects
        for text in texts(each)
        if text in ("notes-db", "notes-db-ca") or 'host={{ "notes-db" }}-rw' in text
    )
