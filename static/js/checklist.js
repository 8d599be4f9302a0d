/**
 * The technician's checklist: follows what colleagues tick, and the figures that the program knows by itself.
 *
 * The list does not come anew while somebody is in one of its fields, and unsent.js sees to what has been typed
 * elsewhere in it.
 */

import { follow } from "./follow.js";
import { clockFromPage } from "./lib/clock.js";
import { lineState } from "./line_state.js";
import { connectLive } from "./live.js";
import "./notice.js";
import "./unsent.js";

const BEAT_MS = 4000;
const TICK_MS = 500;
const AGES_MS = 30000; // what becomes due does so without anybody's doing

const page = document.querySelector("[data-checklist]");
const list = () => document.getElementById("checklist");
const clock = clockFromPage(Number(list().dataset.now));

function typing() {
  return document.activeElement.matches("#checklist input, #checklist select");
}

const following = follow({ id: "checklist", trigger: "technical-changed", before() {}, after() {}, busy: typing });
const line = lineState({ page: page, clock: clock, changed: (lost) => lost || following.refresh() });

setInterval(line.tick, TICK_MS);
setInterval(() => following.refresh(), AGES_MS);
const live = connectLive({
  conference: page.dataset.conference,
  signedIn: true,
  clock: clock,
  beatMs: BEAT_MS,
  rollCall: true,
  on: {
    snapshot() {},
    line: line.show,
    rollCall: () => following.refresh(),
  },
});
live.listen("technical_changed", () => following.refresh());
