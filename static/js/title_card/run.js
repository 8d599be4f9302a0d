/**
 * The full-screen title: in and out with the parts, or held. On air nothing is ever told of a lost line: it stands as it
 * is and follows the server when that is back.
 */

import { connectLive } from "../live.js";
import { wearLooks } from "../looks.js";
import { clockFromPage } from "../lib/clock.js";
import { fit } from "../lib/fit.js";
import { clockFormatter } from "../lib/format.js";
import { createOnAir, inItsTime } from "../lib/on_air.js";
import { createPlaces } from "../lib/places.js";
import { remainingMs } from "../lib/timer.js";
import { titleCard } from "../lib/title_card.js";
import { followAddress } from "../renewal.js";

const OUT_MS = 650; // a little longer than the style sheet's way out
const TICK_MS = 250;
const STEPS = 6;

/** `before` is what a former showing leaves: `{clock, renewedAtMs, on}`. */
export function run(before) {
  const life = new AbortController();
  const page = JSON.parse(document.getElementById("page").textContent);
  const clock = before ? before.clock : clockFromPage(page.snapshot.server_now_ms);
  const timeOfDay = clockFormatter(page.timezone);
  const picture = document.querySelector("[data-title-card]");
  const cards = { conference: document.querySelector("[data-card=conference]"), part: document.querySelector("[data-card=part]") };
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const { putOrHide, put } = createPlaces(document);

  let snapshot = page.snapshot;
  let papers = page.papers;
  const address = followAddress({
    page: page,
    clock: clock,
    life: life,
    handOver: () => ({ on: picture.hasAttribute("data-on") }),
    quiet: () => !cards.part.hasAttribute("data-in"), // what is not concerned does not come in anew
  });
  const onAir = createOnAir({
    timers: { set: (fn, ms) => window.setTimeout(fn, ms) },
    wayOutMs: () => (still.matches || page.cut ? 0 : OUT_MS),
    leave(next) {
      if (next) {
        takeOut(); // the ground stands, only the words change
      } else {
        picture.removeAttribute("data-on");
      }
    },
    enter(card) {
      takeOut();
      if (!card) {
        return;
      }
      if (!card.conference) {
        put("unit", card.unit);
        putOrHide("org", card.org);
      }
      tell(card);
      const shown = card.conference ? cards.conference : cards.part;
      fit(shown, STEPS);
      shown.setAttribute("data-in", "");
      picture.setAttribute("data-on", "");
    },
  });

  function takeOut() {
    Object.values(cards).forEach((card) => card.removeAttribute("data-in"));
  }

  /** What may change while a card stands: the number of a paper, the end of a break. */
  function tell(card) {
    if (!card.conference) {
      putOrHide("label", card.label);
      putOrHide("topic", card.resting ? untilWhen() : card.topic);
    }
  }

  function untilWhen() {
    const nowMs = clock.nowMs();
    const leftMs = snapshot.live ? remainingMs(snapshot.live, nowMs) : 0;
    return leftMs > 0 ? "Hội nghị tiếp tục lúc " + timeOfDay(nowMs + leftMs) : "Hội nghị sắp tiếp tục";
  }

  function draw() {
    const now = page.held || inItsTime(snapshot.live, page.for_ms, clock.nowMs());
    const wanted = now ? titleCard(snapshot, papers, page.held) : null;
    const before = onAir.shown();
    onAir.show(wanted);
    if (wanted && before && before.key === wanted.key) {
      tell(wanted);
    }
  }

  function tick() {
    if (life.signal.aborted) {
      return;
    }
    draw();
    address.tick();
    window.setTimeout(tick, TICK_MS);
  }

  /** The numbers of the papers, and whichever is held: not all of it is in the snapshot. */
  function loadPapers() {
    fetch(page.order_url, { cache: "no-store", signal: life.signal })
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error("status " + response.status))))
      .then((order) => {
        if (order.version >= snapshot.version) {
          papers = order.items.filter((item) => item.kind === "paper");
          draw();
        }
      })
      .catch(() => {}); // the next change, or the return of the line, asks again
  }

  const live = connectLive({
    conference: page.conference,
    clock: clock,
    seenVersion: snapshot.version,
    on: {
      snapshot(fresh) {
        const moved = fresh.version !== snapshot.version;
        snapshot = fresh;
        draw();
        if (moved) {
          loadPapers();
        }
      },
      looks: wearLooks,
      line(up) {
        if (up) {
          loadPapers();
        } // nothing of its loss on air
      },
      connected: address.ask,
      refused: address.ask,
    },
  });
  live.listen("current_changed", address.ask);
  life.signal.addEventListener("abort", live.close);

  if (before && before.on) {
    picture.setAttribute("data-on", ""); // the ground stands from one conference to the next, only the words change
    draw();
    picture.getBoundingClientRect(); // as one that has been seen it goes as always, if nothing is to be on it
    picture.toggleAttribute("data-on", Boolean(onAir.shown()));
  }
  // Not before the letters are there: what comes in is measured and seen at once.
  (document.fonts ? document.fonts.ready : Promise.resolve()).then(tick);
  window.addEventListener("resize", () => Object.values(cards).forEach((card) => fit(card, STEPS)), { signal: life.signal });
}
