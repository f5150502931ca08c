// The style sheets: what Chromium 83 shows, one declaration to a line, no line over 120 characters.
export default {
  extends: ["stylelint-config-standard"],
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [true, { ignorePartialSupport: true, ignore: ["css-focus-visible"] }],
    // What the plugin above does not know: Chrome 87 and 88.
    "property-disallowed-list": ["/^inset/", "aspect-ratio"],
    "selector-pseudo-class-disallowed-list": ["is", "where", "has"],
    "declaration-block-single-line-max-declarations": 1,
    // Later spellings of the same that Chromium 83 does not know, or that change nothing.
    "declaration-block-no-redundant-longhand-properties": [true, { ignoreShorthands: ["inset"] }],
    "media-feature-range-notation": "prefix",
    "property-no-vendor-prefix": [true, { ignoreProperties: ["text-size-adjust"] }],
    "no-descending-specificity": null, // subjects stand together; a test holds that no rule is written twice
    "selector-class-pattern": ["^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$", { resolveNestedSelectors: true }],
    "comment-empty-line-before": null,
    "custom-property-empty-line-before": null,
  },
  overrides: [
    {
      // Read by WeasyPrint as well, which knows the older names; classes of paper sizes are their names.
      files: ["static/sheet.css", "static/letter.css"],
      rules: { "property-no-deprecated": null, "selector-class-pattern": null },
    },
    {
      files: ["static/master-data.css"], // its ids are those of Django's admin
      rules: { "selector-id-pattern": null },
    },
    {
      files: ["static/letter.css"], // paper only: no browser reads it
      rules: { "plugin/no-unsupported-browser-features": null, "value-keyword-case": null },
    },
  ],
};
