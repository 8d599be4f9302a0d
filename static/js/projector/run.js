/**
 * One showing of the projector's page: follows the snapshot, counts by itself, says so when the server is out of reach.
 *
 * The page is complete as it comes; this only writes new texts into it. `data-put` names what an element shows. Here is
 * what all parts share: the snapshot, the line and the clock's tick. The parts: scenes.js (texts, which scene is seen),
 * times.js (what moves with the time), fragments.js (what the server draws), report.js (which projector this is, and what
 * it tells of itself), keeping.js (the picture for a reload without a network); ../renewal.js puts the page of now in place
 * of this one.
 *
 * Whatever is begun here ends with `hall.signal`: after a renewal nothing of this showing may be left.
 */

import { connectLive } from "../live.js";
import { wearLooks } from "../looks.js";
import { clockFromKept, clockFromPage } from "../lib/clock.js";
import { clockFormatter } from "../lib/format.js";
import { isOld, isQuiet, keptNowMs, longAfter } from "../lib/hall.js";
import { createPlaces } from "../lib/places.js";
import { followAddress, RENEW_AGAIN_MS } from "../renewal.js";
import { fragment } from "./fragments.js";
import { keepPicture } from "./keeping.js";
import { projectorSelf } from "./report.js";
import { leaving, showScenes } from "./scenes.js";
import { showTimes } from "./times.js";

const clockOf = (kept) => clockFromKept(keptNowMs(kept, Date.now()));

/** `before` is what a former showing leaves: `{clock, renewedAtMs}`. */
export function run(before) {
  const life = new AbortController();
  const page = JSON.parse(document.getElementById("page").textContent);
  const kept = page.kept || null; // out of this browser's keeping: the server did not answer
  const clock = before ? before.clock : kept ? clockOf(kept) : clockFromPage(page.snapshot.server_now_ms);
  const hall = Object.assign(
    { page: page, clock: clock, signal: life.signal, timeOfDay: clockFormatter(page.timezone) },
    createPlaces(document, leaving)
  );

  let snapshot = page.snapshot;
  let up = !kept;
  let heardAtMs = kept ? kept.at_ms : page.snapshot.server_now_ms;
  let old = !up && isOld(heardAtMs, clock.nowMs()); // the snapshot says nothing of what is on any more
  let renewalWanted = Boolean(kept); // what is neither snapshot nor fragment may have changed meanwhile
  let timer = null;

  const scenes = showScenes(hall, {
    prepare: (name, then) => (name === "roll_call" ? rollCall(then) : then()), // no figures of an hour ago, not for a moment
    faded: draw,
  });
  const times = showTimes(hall, scenes.fitAll);
  const self = projectorSelf({
    known: page.projector,
    version: snapshot.version,
    clock: clock,
    signal: life.signal,
    shown: scenes.name,
    redraw: draw,
  });
  const agenda = fragment("agenda", page.agenda_url, life.signal, draw);
  const rollCall = fragment("roll-call", page.roll_call_url, life.signal, () => {
    scenes.fitAll();
    keepSoon();
  });
  const address = followAddress({
    page: page,
    clock: clock,
    life: life,
    otherwise(now) {
      if (now.release !== page.release || now.facts !== page.facts) {
        renewalWanted = true;
        renewIfQuiet(now.release === page.release);
      }
    },
  });
  const keeping = keepPicture({ page: page, clock: clock, signal: life.signal, facts: facts });

  function shown() {
    return old ? longAfter(snapshot) : snapshot;
  }

  /** Everything that changes with the snapshot. */
  function draw() {
    scenes.draw(self.pinned(shown()));
    count();
    scenes.fitAll();
    keepSoon();
    renewIfQuiet();
  }

  /** Everything that changes with time alone; answers how long it stays right. */
  function count() {
    const nowMs = clock.nowMs();
    if (snapshot.message && nowMs >= snapshot.message.until_at_ms) {
      snapshot = { ...snapshot, message: null };
      draw(); // and counts once more
    }
    if (old !== (!up && isOld(heardAtMs, nowMs))) {
      old = !old;
      draw();
    }
    return times.draw(shown(), nowMs, scenes.name());
  }

  function tick() {
    timer = window.setTimeout(tick, count());
    keeping.tick();
    if (up) {
      address.tick();
    }
  }

  function mark(isUp) {
    if (up && !isUp) {
      heardAtMs = clock.nowMs();
    }
    up = isUp;
    document.body.dataset.line = up ? "up" : "lost";
    document.querySelector("[data-lost]").hidden = up;
    if (up) {
      agenda();
      rollCall();
      renewIfQuiet(); // an answer may have come while the line was lost
    }
  }

  // ---- the picture that is kept

  function facts() {
    return { snapshot: snapshot, projector: self.known(), heard_at_ms: up ? clock.nowMs() : heardAtMs };
  }

  function keepSoon() {
    if (up) {
      keeping.soon();
    }
  }

  // ---- the page of now in place of this one

  function quiet() {
    return up && isQuiet(scenes.name(), snapshot.live);
  }

  function renewIfQuiet(atOnce = false) {
    const tooSoon = !atOnce && before && clock.localMs() - before.renewedAtMs < RENEW_AGAIN_MS;
    if (renewalWanted && !tooSoon && quiet()) {
      address.renew(quiet); // also when it has come: a speaker may have begun meanwhile, of whom that knows nothing
    }
  }

  const live = connectLive({
    conference: page.conference,
    projector: true,
    clock: clock,
    seenVersion: snapshot.version,
    rollCall: true,
    on: {
      snapshot(fresh) {
        const moved = fresh.version !== snapshot.version;
        snapshot = fresh;
        if (!up) {
          mark(true); // a kept page, which began without the server
        }
        draw();
        if (moved) {
          self.changed(fresh);
          agenda();
        }
      },
      line: mark,
      connected: address.ask,
      looks(fresh) {
        wearLooks(fresh);
        keepSoon();
      },
      refused: address.ask,
      rollCall(answer) {
        hall.put("present", String(answer.totals.present));
        hall.put("expected", String(answer.totals.expected));
        keepSoon();
        if (scenes.name() === "roll_call") {
          rollCall();
        }
      },
    },
  });
  self.attach(live);
  live.listen("current_changed", address.ask);
  life.signal.addEventListener("abort", () => {
    window.clearTimeout(timer);
    live.close();
  });

  window.addEventListener("resize", scenes.fitAll, { signal: life.signal });
  // A hidden page's ticks come late: what is seen again is right at once.
  document.addEventListener("visibilitychange", () => document.hidden || count(), { signal: life.signal });
  if (document.fonts) {
    document.fonts.ready.then(scenes.fitAll);
  }
  draw();
  tick();
}
