// @ts-check
/* How long a page waits before it tries again what failed. Needs no page. */

const MOST_SECONDS = 8; // a server that is back is found within 10 s, of which an attempt may take two

/**
 * Longer each time, never long, and not before the server wants it. Pages that failed together come back one after the
 * other.
 * @param {number} tries that failed @param {number} wanted by the server, in seconds @param {number} chance from 0 to 1
 */
export function pauseSeconds(tries, wanted, chance) {
  const seconds = Math.min(MOST_SECONDS, 2 ** tries) * (1 - chance / 4);
  return Math.max(seconds, Math.min(MOST_SECONDS, wanted));
}
