// The scripts of the site and their tests: what Chromium 83 runs, and short, named, checked parts.
import js from "@eslint/js";
import compat from "eslint-plugin-compat";

const rules = {
  "complexity": ["error", 10],
  "consistent-return": "off", // the type checker knows better
  "curly": ["error", "multi-line", "consistent"],
  "eqeqeq": "error",
  "id-length": ["error", { min: 2 }],
  "max-len": ["error", { code: 120 }],
  "max-lines": ["error", 300],
  "max-lines-per-function": ["error", { max: 50, skipComments: true }],
  "no-empty": ["error", { allowEmptyCatch: true }],
  "no-implicit-globals": "error",
  "no-param-reassign": "off",
  "no-restricted-globals": ["error", { name: "event", message: "take it as an argument" }],
  "no-undef": "off", // the type checker knows what a browser has
  "no-unused-vars": ["error", { caughtErrors: "none" }],
  "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
  "no-var": "error",
  "prefer-const": "error",
};

export default [
  js.configs.recommended,
  {
    files: ["static/js/*.js"],
    plugins: { compat },
    languageOptions: { ecmaVersion: 2020, sourceType: "module" },
    rules: { ...rules, "compat/compat": "error" },
  },
  {
    files: ["tests/scripts/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    rules: { ...rules, "max-lines-per-function": "off" },
  },
  { ignores: ["var/", ".venv/", "node_modules/"] },
];
