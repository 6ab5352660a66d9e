"""Networks and layers from OpenStreetMap extracts."""
