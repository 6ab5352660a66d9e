"""Layers: geometry with provenance, built from the tables and digitised once."""
