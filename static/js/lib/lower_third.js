/** What the lower third says of what is on. Pure, no DOM. */

import { speakerParts } from "./speaker.js";

/** Nobody speaks in these. */
const SILENT = ["technical_check", "break"];
const TOPIC_LONGEST = 130; // two lines
const SENTENCE_SHORTEST = 40;
const CLAUSE_SHORTEST = 64;

/**
 * `{key, org, unit, topic}` of the part that is on, or null when nothing is to be shown. `key` is the same for the same
 * texts only. The unit is the speaker's, or what it is about where no speaker is named.
 */
export function lowerThird(snapshot) {
  const item = snapshot.live ? snapshot.live.item : null;
  if (!item || SILENT.indexOf(item.kind) >= 0) {
    return null;
  }
  const parts = speakerParts(item.speaker);
  const shown = parts.unit
    ? { org: parts.org, unit: parts.unit, topic: shortTopic(withoutSpeaker(item.title, item.speaker)) }
    : { org: "", unit: shortTopic(item.title), topic: "" };
  return Object.assign({ key: JSON.stringify([snapshot.live.item_id, shown]) }, shown);
}

/**
 * A title that names its speaker again, without the name, which stands above it already: "Tham luận của Thường trực HĐND xã
 * Cao Minh" → "Tham luận", "Thường trực HĐND xã Cao Minh: Kinh nghiệm" → "Kinh nghiệm", the mere name → "".
 */
export function withoutSpeaker(title, speaker) {
  const whole = oneLine(title);
  const name = oneLine(speaker || "");
  const at = name ? whole.toLowerCase().indexOf(name.toLowerCase()) : -1;
  const before = whole.slice(0, at);
  const after = whole.slice(at + name.length);
  if (at < 0 || !/^$| của $/.test(before) || !/^$|^[\s,;:.–-]/.test(after)) {
    return whole;
  }
  const rest = before ? before.slice(0, -" của ".length) + after : after.replace(/^[\s,;:.–-]+/, "");
  return rest.charAt(0).toLocaleUpperCase("vi") + rest.slice(1);
}

/** A paper's topic as a picture can hold it: up to a semicolon, else a comma, else the end of a word, with "…". */
export function shortTopic(title) {
  const whole = oneLine(title);
  if (whole.length <= TOPIC_LONGEST) {
    return whole;
  }
  const room = whole.slice(0, TOPIC_LONGEST);
  const sentence = Math.max(room.lastIndexOf(";"), room.lastIndexOf("."));
  const clause = room.lastIndexOf(",");
  const word = Math.max(room.lastIndexOf(" "), 0) || TOPIC_LONGEST - 1;
  const end = sentence >= SENTENCE_SHORTEST ? sentence : clause >= CLAUSE_SHORTEST ? clause : word;
  return room.slice(0, end).replace(/[\s,;.:–-]+$/, "") + "…";
}

function oneLine(text) {
  return text.normalize("NFC").trim().replace(/\s+/g, " ");
}
