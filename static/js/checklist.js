/**
 * The technician's checklist: follows what colleagues tick, and the figures that the program knows by itself.
 *
 * The list does not come anew while somebody is in one of its fields, and what has been typed elsewhere in it and not
 * been sent stands in it again afterwards.
 */

import { follow } from "./follow.js";
import { clockFromPage } from "./lib/clock.js";
import { lineState } from "./line_state.js";
import { connectLive } from "./live.js";
import "./notice.js";

const BEAT_MS = 4000;
const TICK_MS = 500;
const AGES_MS = 30000; // what becomes due does so without anybody's doing

const page = document.querySelector("[data-checklist]");
const list = () => document.getElementById("checklist");
const clock = clockFromPage(Number(list().dataset.now));

let typed = [];

function typing() {
  return document.activeElement.matches("#checklist input, #checklist select");
}

function keep(detail) {
  typed = [...list().querySelectorAll("input[id]")]
    .filter((field) => field.value !== field.defaultValue && field.form !== detail.requestConfig.elt) // that one is sent
    .map((field) => [field.id, field.value]);
}

function giveBack() {
  typed.forEach(([id, value]) => {
    const field = document.getElementById(id);
    if (field) {
      field.value = value;
    }
  });
}

const following = follow({ id: "checklist", trigger: "technical-changed", before: keep, after: giveBack, busy: typing });
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
