"""The Django project: settings, root URLs, logging, and wrappers around libraries that may be exchanged."""
