// @ts-check
/* Shows how far packets are while they are built; when one is finished the page is loaded again. Without script the
   page loads itself again every few seconds. */

/** @typedef {{running: boolean, total: number, done: number, said: string, left: string}} Progress */

const ASK_MS = 1500;

/** @param {HTMLElement} place @param {string} selector */
function partOf(place, selector) {
  return /** @type {HTMLElement} */ (place.querySelector(selector));
}

/** @param {HTMLElement} place @param {Progress} progress */
function showProgress(place, progress) {
  const bar = /** @type {HTMLProgressElement} */ (partOf(place, "progress"));
  bar.max = progress.total;
  bar.value = progress.done;
  partOf(place, ".step-words").textContent = `${progress.said} ${progress.done} / ${progress.total}`;
  partOf(place, ".left").textContent = progress.left ? `，还需${progress.left}` : "";
}

/** @param {HTMLElement} place */
async function followProgress(place) {
  try {
    const answer = await fetch(place.dataset.url || "", { headers: { accept: "application/json" } });
    const progress = answer.ok ? await answer.json() : { running: answer.status >= 500 };
    if (answer.ok) showProgress(place, progress);
    if (!progress.running) {
      location.reload(); // finished, or logged out meanwhile
      return;
    }
  } catch (error) {
    // The network or the server is away: the next try may find it.
  }
  setTimeout(followProgress, ASK_MS, place);
}

/** @type {NodeListOf<HTMLElement>} */
const places = document.querySelectorAll('.packet-progress[data-running="1"]');
places.forEach((place) => setTimeout(followProgress, ASK_MS, place));
