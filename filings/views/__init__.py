"""Pages: thin, each a request turned into calls of services and a template."""
