"""Where places meet the network: travel times, isochrones, measures."""
