"""Storage of static files: `collectstatic` writes them under names that contain a digest of their content."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Imports between scripts use these names too, so that a browser never mixes modules of two releases."""

    support_js_module_import_aggregation = True
