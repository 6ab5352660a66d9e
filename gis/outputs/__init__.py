"""What leaves the product: GeoPackage, feeds, tables."""
