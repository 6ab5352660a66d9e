"""Changes to a network, one module each; applying them gives a new network."""
