"""The site: settings, addresses, and the one place that names each outside service."""
