/** What the full-screen title says: the conference's title, or a part of it with its whole topic. Pure, no DOM. */

import { label, texts } from "./stage.js";

/** In these the conference itself is the title. */
const CONFERENCE = ["technical_check", "opening"];
const TITLE = { key: "conference", conference: true };

/**
 * `held` null follows the running order: the part that is on, and the conference's title where none is. Else it holds
 * `{what: "conference"}`, `{what: "next"}` or `{what: "paper", number}`, the number of the printed programme; what is not
 * there is the conference's title too. `papers` are the items of all papers in order.
 *
 * Answers `{key, conference, label, org, unit, topic, resting}`; `key` is the same for the same part with the same texts,
 * while `label` may change under it. `resting`: a break that is on, whose end the caller tells.
 */
export function titleCard(snapshot, papers, held) {
  const live = snapshot.live ? snapshot.live.item : null;
  const item = held ? heldItem(held, snapshot, papers) : live;
  if (!item || CONFERENCE.indexOf(item.kind) >= 0) {
    return TITLE;
  }
  const { org, unit, topic } = texts(item);
  const named = label(item, papers.map((paper) => paper.id));
  return {
    key: JSON.stringify([item.id, org, unit, topic]),
    conference: false,
    label: unit.toLocaleLowerCase("vi").startsWith(named.toLocaleLowerCase("vi")) ? "" : named,
    org: org,
    unit: unit,
    topic: topic,
    resting: item.kind === "break" && item === live,
  };
}

function heldItem(held, snapshot, papers) {
  if (held.what === "paper") {
    return papers[held.number - 1];
  }
  return held.what === "next" ? snapshot.next[0] : null;
}
