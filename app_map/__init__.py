"""The map component of the app: MapLibre from an installed wheel, drawn without a network."""
