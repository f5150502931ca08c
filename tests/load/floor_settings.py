"""Django settings of the floor: of ours only what its view needs, and the database connected to in the same way."""

import os

import dj_database_url

SECRET_KEY = os.environ["PERFBUDGET_SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=300, conn_health_checks=True)}
INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
ROOT_URLCONF = "tests.load.floor_site"
USE_TZ = True
