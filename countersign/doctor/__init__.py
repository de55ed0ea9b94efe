"""`countersign doctor`: what is misconfigured, in words for people. It only reads.

Each area is a function (or a few) that looks and yields findings; where looking and judging are
apart, the judging is pure. Nothing secret is in a finding, and `command` sees to that once more.
"""
