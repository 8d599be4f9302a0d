/**
 * The MC's messages to one screen: which of them stand, and which of those were read. Pure, no DOM.
 *
 *   const messages = createMessages(code)     // the room's code; null on a screen of the staff
 *   messages.take(list, live)                 // all of them, as GET …/messages answers
 *   messages.toAll(snapshot.message)
 *   messages.notice(payload, live)            // `endpoint_notice`; an empty text clears
 *   messages.read(message, atMs)
 *   messages.standing(live, nowMs)            // for this person first, then to all; in each part the newest first
 *
 * A message is `{to, text, at_ms, until_at_ms, acknowledged_at_ms}`, the last two null where there is none. `live` is
 * the snapshot's: a word to a speaker stands only as long as the part that was on air when it came.
 */
export function createMessages(code) {
  const ALL = "all";
  const SPEAKER = "speaker";
  let last = {};

  function put(message, live) {
    const old = last[message.to];
    const same = old && old.at_ms === message.at_ms;
    last[message.to] = {
      to: message.to,
      text: message.text,
      at_ms: message.at_ms,
      until_at_ms: message.until_at_ms == null ? null : message.until_at_ms,
      acknowledged_at_ms: message.acknowledged_at_ms || (same ? old.acknowledged_at_ms : null),
      part: same ? old.part : partOf(live),
    };
  }

  function stands(message, live, nowMs) {
    const over = message.until_at_ms !== null && nowMs >= message.until_at_ms;
    return !over && (message.to !== SPEAKER || (live !== null && message.part === partOf(live)));
  }

  return {
    take(list, live) {
      const old = last;
      last = {};
      list.forEach((message) => {
        if (old[message.to]) {
          last[message.to] = old[message.to];
        }
        put(message, live);
      });
    },
    toAll(message) {
      if (message) {
        put(Object.assign({ to: ALL }, message), null);
      } else {
        delete last[ALL];
      }
    },
    notice(payload, live) {
      if (payload.to !== SPEAKER && payload.to !== code) {
        return;
      }
      if (payload.text) {
        put(payload, live);
      } else {
        delete last[payload.to];
      }
    },
    read(message, atMs) {
      const held = last[message.to];
      if (held && held.at_ms === message.at_ms) {
        held.acknowledged_at_ms = atMs;
      }
    },
    standing(live, nowMs) {
      return Object.values(last)
        .filter((message) => stands(message, live, nowMs))
        .sort((a, b) => (a.to === ALL) - (b.to === ALL) || b.at_ms - a.at_ms);
    },
  };
}

/** What is on air, begun anew or not: a part that was started again begins without a word. */
function partOf(live) {
  return live ? live.item_id + "@" + live.started_at_ms : "";
}
