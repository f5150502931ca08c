/* How long a page waits before it tries again. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { pauseSeconds } from "../../static/js/retry-pause.js";

describe("pauseSeconds", () => {
  it("doubles up to a bound", () => {
    assert.deepEqual([1, 2, 3, 4, 5, 100].map((tries) => pauseSeconds(tries, 0, 0)), [2, 4, 8, 8, 8, 8]);
  });

  it("is not shorter than the server wants, and bounded even then", () => {
    assert.equal(pauseSeconds(1, 3, 1), 3);
    assert.equal(pauseSeconds(1, 3600, 1), 8);
  });

  it("differs between pages that failed together", () => {
    assert.equal(pauseSeconds(3, 0, 1), 6);
    assert.ok(pauseSeconds(3, 0, 0.5) > pauseSeconds(3, 0, 0.6));
  });
});
