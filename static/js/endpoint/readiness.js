/**
 * Whether this room (or a commune of this district) is to say that it is ready, and which page part does the rest.
 *
 *   const readiness = showReadiness(room)
 *   readiness.snapshot(fresh)     // others may be asked now
 *   readiness.load()              // somebody may have answered meanwhile
 *   readiness.flush(), .tick()
 *
 * What shows the questions is fetched only where there is one, or an answer that waits: most rooms never speak, and the
 * page has to be light.
 */

import { askedAbout } from "../lib/turn.js";

/** Where an answer waits in the device. */
export const storedAt = (page) => "giaoban-readiness:" + page.conference + ":" + page.code + ":";

export function showReadiness(room) {
  const root = document.getElementById("readiness");
  const rooms = root.dataset.rooms.split(" ");
  let key = root.dataset.key;
  let cards = null;
  let coming = null;

  function waits() {
    try {
      return Object.keys(window.localStorage).some((key) => key.indexOf(storedAt(room.page)) === 0);
    } catch {
      return false; // nothing is kept where nothing can be
    }
  }

  /** Calls `then(cards)` once they are there, if anything is asked or waits. */
  function withCards(then) {
    if (cards) {
      then(cards);
    } else if (key || waits()) {
      coming = coming || import("./questions.js");
      coming.then(
        (part) => {
          cards = cards || part.showQuestions(room, root);
          then(cards);
        },
        () => (coming = null) // the line is down: asked again when it is back; until then the forms work as they are
      );
    }
  }

  const load = () => withCards((part) => part.load());
  room.onNotice("readiness", load);
  withCards(() => {});
  return {
    snapshot(fresh) {
      const now = askedAbout(rooms, fresh);
      if (now !== key) {
        key = now;
        load();
      }
    },
    load: load,
    flush: () => withCards((part) => part.flush()),
    tick: () => cards && cards.tick(),
  };
}
