"""The benchmark's graphs, peers and cases; ``scripts/bench.py`` runs them."""
