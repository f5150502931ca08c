"""How static files are stored by `collectstatic`: under names that carry the digest of their content."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also the imports between scripts name the digests, so that a browser never mixes modules of two releases."""

    support_js_module_import_aggregation = True
