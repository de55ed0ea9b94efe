"""`countersign backup-check`: whether a restored copy of a service's database is fit to go on from.

It only reads, and is for a copy that no service runs on yet.
"""
