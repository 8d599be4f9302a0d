/**
 * The snapshot in the words of the screens: which scene, which texts, which words for the clock. Pure, no DOM.
 *
 * Same rules as giaoban/web/running_order.py and giaoban/screens/order.py; tests/cases/stage.json holds all to
 * them.
 */

import { kindLabel, minutesText } from "./format.js";
import { speakerParts } from "./speaker.js";

const STATE_WORDS = {
  normal: "Còn lại",
  warning: "Sắp hết giờ",
  danger: "Mời kết luận",
  over: "Quá giờ",
  paused: "Tạm dừng",
};
const STATE_NOTES = {
  warning: "Còn dưới 2 phút",
  danger: "Còn dưới 30 giây",
  over: "",
  paused: "Đồng hồ đứng yên",
};

/** The scene that can really be shown: without anything to say the maket stands, never an empty picture. */
export function shownScene(snapshot) {
  const name = snapshot.scene.name;
  const nothingToSay = (name === "speaker" && !snapshot.live) || (name === "message" && !snapshot.message);
  return nothingToSay ? "maket" : name;
}

/** What an item is called in a line: the unit of a paper, else its title. */
export function heading(item) {
  return (item.kind === "paper" && speakerParts(item.speaker).short) || item.title;
}

/** The speaker scene's `{org, unit, topic}`: a paper's unit stands large, of anything else its title. */
export function texts(item) {
  if (item.kind !== "paper" || !item.speaker) {
    return { org: item.speaker || "", unit: item.title, topic: "" };
  }
  const parts = speakerParts(item.speaker);
  return { org: parts.org, unit: parts.unit, topic: item.title };
}

/** "8/14" for the eighth of fourteen papers, given the ids of all; "" for anything that is no paper. */
export function paperNumber(itemId, paperIds) {
  const index = paperIds.indexOf(itemId);
  return index < 0 ? "" : index + 1 + "/" + paperIds.length;
}

/** "Tham luận 8/14"; the mere kind of anything that is no paper. */
export function label(item, paperIds) {
  return (kindLabel(item.kind) + " " + paperNumber(item.id, paperIds)).trim();
}

/** The word of a time state: "Còn lại" for normal. */
export function stateWord(state) {
  return STATE_WORDS[state];
}

/** The line at the monitor's foot, for the speaker alone; `due` is the time of day at which the time is over. */
export function monitorNote(state, live, due) {
  const allotted = minutesText(live.planned_ms + live.added_ms);
  if (state === "normal") {
    return "Thời lượng " + allotted + ", hết giờ lúc " + due;
  }
  return state === "over" ? "Đã hết " + allotted + ", xin kết thúc" : STATE_NOTES[state];
}

/** The line under the bar. */
export function stateNote(state, live) {
  return state === "normal" ? "Thời lượng " + minutesText(live.planned_ms + live.added_ms) : STATE_NOTES[state];
}
