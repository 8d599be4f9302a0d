/**
 * What a working page shows of its line: the pill, the black bar with the moment up to which its figures are right,
 * and the time of day from the server's clock.
 *
 *   const line = lineState({ page, clock, changed(lost) });   // line.show(up) is live.js's `on.line`; line.lost()
 */

export function lineState({ page, clock, changed }) {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: page.dataset.timezone, timeStyle: "medium", hourCycle: "h23" });
  let lostAtMs = null;

  function show(up) {
    lostAtMs = up ? null : clock.nowMs();
    setText(page.querySelector("[data-lost-at]"), up ? "" : time.format(lostAtMs));
    page.querySelector("[data-offline]").hidden = up;
    page.querySelector('[data-link="ok"]').hidden = !up;
    page.querySelector('[data-link="lost"]').hidden = up;
    tick();
    changed(!up);
  }

  function tick() {
    const nowMs = clock.nowMs();
    setText(page.querySelector("[data-clocknow]"), time.format(nowMs));
    if (lostAtMs !== null) {
      const seconds = Math.floor((nowMs - lostAtMs) / 1000);
      setText(page.querySelector("[data-lost-for]"), `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    }
  }

  page.addEventListener("click", (event) => {
    if (event.target.closest("[data-reconnect]")) {
      window.dispatchEvent(new Event("online")); // live.js asks the server at once when the network says it is back
    }
  });
  page.querySelector("[data-clocknow]").hidden = false;
  page.querySelector('[data-link="ok"]').hidden = false;
  tick();
  return { show: show, tick: tick, lost: () => lostAtMs !== null };
}

/** Writes only what differs: most ticks change nothing. */
export function setText(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}
