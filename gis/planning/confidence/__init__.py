"""How surely a verdict holds, given how far its inputs may be off."""
