"""Tests. They outweigh the code, and wait for conditions rather than for time."""
