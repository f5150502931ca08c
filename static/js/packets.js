/* Shows how far packets are while they are built; when one is finished the page is loaded again. Without script the
   page loads itself again every few seconds. */
(function () {
  "use strict";
  const EVERY = 1500;

  function show(place, progress) {
    const bar = place.querySelector("progress");
    bar.max = progress.total;
    bar.value = progress.done;
    place.querySelector(".step-words").textContent = `${progress.said} ${progress.done} / ${progress.total}`;
    place.querySelector(".left").textContent = progress.left ? `，还需${progress.left}` : "";
  }

  async function follow(place) {
    try {
      const answer = await fetch(place.dataset.url, { headers: { accept: "application/json" } });
      const progress = answer.ok ? await answer.json() : { running: answer.status >= 500 };
      if (answer.ok) show(place, progress);
      if (!progress.running) {
        location.reload(); // finished, or logged out meanwhile
        return;
      }
    } catch (error) {
      // The network or the server is away: the next try may find it.
    }
    setTimeout(follow, EVERY, place);
  }

  document.querySelectorAll('.packet-progress[data-running="1"]').forEach((place) => setTimeout(follow, EVERY, place));
})();
