"""`countersign republish`: a service's events once more, in a stream beside its own, for a follower
that begins: a data warehouse, or a system that follows the broker and has to be filled again."""
