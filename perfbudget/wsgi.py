"""WSGI entry point: perfbudget.wsgi:application."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from perfbudget import environment

environment.answers_requests = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perfbudget.settings")

application = get_wsgi_application()
# Imports all views, a second's work: before this process takes requests, not with the first of them.
assert get_resolver().url_patterns
