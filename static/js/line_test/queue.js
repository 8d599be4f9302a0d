/**
 * Line tests on their way to the server, kept in the device until it has taken or refused them: for the page of the
 * test, and for the room's own page, which sends what was left waiting.
 *
 *   const queue = lineTestQueue({ conference, code }, { changed, taken, refused, blocked });   // as lib/queue.js
 */

import { putJson, storageOrNone } from "../device.js";
import { storedAt } from "../endpoint/line_test.js";
import { createQueue } from "../lib/queue.js";

export function lineTestQueue({ conference, code }, on) {
  return createQueue({
    storage: storageOrNone(),
    prefix: storedAt(conference, code),
    idKey: "line_test_id",
    keepsRefused: false, // the test is made again, not sent again
    send: (entry) => send(conference, entry),
    timers: { set: (fn, ms) => window.setTimeout(fn, ms), clear: (timer) => window.clearTimeout(timer) },
    on: on,
  });
}

function send(conference, entry) {
  const { code, line_test_id: id, ...body } = entry;
  const room = "/api/v1/conferences/" + encodeURIComponent(conference) + "/endpoints/" + encodeURIComponent(code);
  return putJson(room + "/line-tests/" + id, body);
}
