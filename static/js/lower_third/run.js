/**
 * The lower third: in when a part begins, out when it ends or has been named for long enough. On air nothing is ever told
 * of a lost line: it stands as it is, counts on, and follows the server when that is back.
 */

import { connectLive } from "../live.js";
import { wearLooks } from "../looks.js";
import { clockFromPage } from "../lib/clock.js";
import { fit } from "../lib/fit.js";
import { lowerThird } from "../lib/lower_third.js";
import { createOnAir, inItsTime } from "../lib/on_air.js";
import { createPlaces } from "../lib/places.js";
import { formatRemaining, remainingMs, timeState } from "../lib/timer.js";
import { followAddress } from "../renewal.js";

const OUT_MS = 450; // a little longer than the style sheet's way out
const LONGEST_TICK_MS = 250;

/** `before` is what a former showing leaves: `{clock, renewedAtMs}`. */
export function run(before) {
  const life = new AbortController();
  const page = JSON.parse(document.getElementById("page").textContent);
  const clock = before ? before.clock : clockFromPage(page.snapshot.server_now_ms);
  const plate = document.querySelector("[data-lower-third]");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const { put, putOrHide, at } = createPlaces(document);

  let snapshot = page.snapshot;
  let gone = null; // another conference is to come: what is on goes out as always, then this is called
  const address = followAddress({
    page: page,
    clock: clock,
    life: life,
    aside: () =>
      new Promise((resolve) => {
        gone = resolve;
        draw();
      }),
  });
  const onAir = createOnAir({
    timers: { set: (fn, ms) => window.setTimeout(fn, ms) },
    wayOutMs: () => (still.matches || page.cut ? 0 : OUT_MS),
    leave: () => plate.removeAttribute("data-on"),
    enter(wanted) {
      if (!wanted) {
        return;
      }
      putOrHide("org", wanted.org);
      put("unit", wanted.unit);
      putOrHide("topic", wanted.topic);
      count();
      fit(at("unit"), 3);
      plate.setAttribute("data-on", "");
    },
  });

  function draw() {
    const wanted = !gone && inItsTime(snapshot.live, page.for_ms, clock.nowMs()) ? lowerThird(snapshot) : null;
    onAir.show(wanted && Object.assign({ live: snapshot.live }, wanted));
    if (gone && !onAir.shown()) {
      gone();
    }
  }

  /** On its way out it still counts what was on. Answers how long the figure stays right. */
  function count() {
    const shown = onAir.shown();
    if (!page.clock || !shown) {
      return LONGEST_TICK_MS;
    }
    const nowMs = clock.nowMs();
    const leftMs = remainingMs(shown.live, nowMs);
    put("left", formatRemaining(leftMs));
    at("left").dataset.state = timeState(shown.live, shown.live.item.kind, nowMs);
    return Math.min(LONGEST_TICK_MS, (((leftMs % 1000) + 1000) % 1000) + 1);
  }

  function tick() {
    if (life.signal.aborted) {
      return;
    }
    draw();
    address.tick();
    window.setTimeout(tick, count());
  }

  const live = connectLive({
    conference: page.conference,
    clock: clock,
    seenVersion: snapshot.version,
    on: {
      snapshot(fresh) {
        snapshot = fresh;
        draw();
      },
      looks: wearLooks,
      line: () => {}, // nothing of its loss on air
      connected: address.ask,
      refused: address.ask,
    },
  });
  live.listen("current_changed", address.ask);
  life.signal.addEventListener("abort", live.close);

  // Not before the letters are there: what comes in is measured and seen at once.
  (document.fonts ? document.fonts.ready : Promise.resolve()).then(tick);
}
