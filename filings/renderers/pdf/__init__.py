"""PDF output: paints laid-out forms as page content and assembles pages into documents with embedded fonts."""
