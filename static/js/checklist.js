/**
 * The technician's checklist: follows what colleagues tick, and the figures that the program knows by itself.
 *
 * The list does not come anew while somebody is in one of its fields, and unsent.js sees to what has been typed
 * elsewhere in it.
 */

import { follow } from "./follow.js";
import { clockFromPage } from "./lib/clock.js";
import "./notice.js";
import "./unsent.js";
import { workLine } from "./work_line.js";

const AGES_MS = 30000; // what becomes due does so without anybody's doing

const page = document.querySelector("[data-checklist]");
const list = () => document.getElementById("checklist");
const clock = clockFromPage(Number(list().dataset.now));

function typing() {
  return document.activeElement.matches("#checklist input, #checklist select");
}

const following = follow({ id: "checklist", trigger: "technical-changed", before() {}, after() {}, busy: typing });
const refresh = () => following.refresh();

setInterval(refresh, AGES_MS);
workLine({ page: page, clock: clock, refresh: refresh, rollCall: refresh }).listen("technical_changed", refresh);
