/** The small control page: what the console does of following, counting, arming and locking, and nothing else. */

import { connectLive } from "./live.js";
import { keepControl } from "./console/control.js";
import { attachLock } from "./console/lock.js";
import { attachPresses } from "./console/presses.js";
import { tickTimer } from "./console/timer.js";
import { follow } from "./follow.js";
import { lineState } from "./line_state.js";
import "./notice.js";
import { keepAwake } from "./wake_lock.js";
import { clockFromPage } from "./lib/clock.js";
import { clockFormatter } from "./lib/format.js";
import { remainingMs } from "./lib/timer.js";

const TICK_MS = 200;

const page = document.querySelector("[data-mc]");
const hourMinute = clockFormatter(page.dataset.timezone);
let order = read();
const clock = clockFromPage(order.server_now_ms);
let newestVersion = order.version;
const line = lineState({ page: page, clock: clock, changed: lineChanged });
const lock = attachLock({ page: page, controls: "#control button, #console button", lost: line.lost });
const control = keepControl({ page: page, changed: () => following.refresh() });
const following = follow({ id: "console", trigger: "order-changed", before() {}, after: afterSwap });
const presses = attachPresses({
  locked: line.lost,
  leftMs: () => order.live && remainingMs(order.live, clock.nowMs()),
  on: () => order.live && order.live.item_id,
});

function read() {
  return JSON.parse(document.getElementById("console").dataset.order);
}

function tick() {
  line.tick();
  if (order.live) {
    tickTimer(page, order, clock.nowMs(), hourMinute);
  }
}

function afterSwap() {
  order = read();
  presses.swapped();
  tick();
  lock.apply();
  control.shown();
}

function lineChanged(lost) {
  presses.disarm();
  lock.apply();
  if (!lost) {
    control.heard();
    following.refresh();
  }
}

// It moved on while an answer was under way.
document.addEventListener("htmx:afterRequest", () => newestVersion > order.version && following.refresh());

tick();
setInterval(tick, TICK_MS);
keepAwake();
const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  seenVersion: order.version,
  on: {
    snapshot(snapshot) {
      newestVersion = snapshot.version;
      if (snapshot.version !== order.version) {
        following.refresh();
      }
    },
    line: line.show,
    connected: (again) => again && following.refresh(),
  },
});
live.listen("console_changed", () => following.refresh());
live.onPing(control.heard);
