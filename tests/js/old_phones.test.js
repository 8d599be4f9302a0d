// A room may have an old Android browser that nobody updates: what its pages load does without newer words, which would
// be noticed there alone. A module that such a browser cannot read leaves the page without any script.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SCRIPTS = fileURLToPath(new URL("../../static/js/", import.meta.url));
const PAGES = ["endpoint.js", "line_test.js", "room_tickets.js", "way_in.js", "service_worker.js", "press.js", "maket_screen.js", "monitor.js"];
const IMPORT = /(?:from|import\()\s*"(\.[^"]+)"|^import\s+"(\.[^"]+)"/gm;
const NEWER = [
  ["?.", /\?\.[\w([]/],
  ["??", /\?\?/],
  ["replaceChildren", /\.replaceChildren\(/],
  ["replaceAll", /\.replaceAll\(/],
  ["at", /\.at\(/],
  ["structuredClone", /\bstructuredClone\(/],
  ["Object.hasOwn", /\bObject\.hasOwn\(/],
  ["allSettled, any", /\bPromise\.(allSettled|any)\(/],
  ["private fields", /\bthis\.#\w/],
  ["await without a function", /^await /m],
];

function loaded(name, found = new Set()) {
  const path = resolve(SCRIPTS, name);
  if (!found.has(path) && path.startsWith(SCRIPTS) && existsSync(path)) {
    found.add(path);
    for (const [, whole, bare] of readFileSync(path, "utf8").matchAll(IMPORT)) {
      loaded(resolve(dirname(path), whole || bare), found);
    }
  }
  return found;
}

for (const page of PAGES) {
  test("an old phone can read all that " + page + " loads", () => {
    const scripts = [...loaded(page)];
    assert.ok(scripts.length > 0);
    for (const path of scripts) {
      const code = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      const newer = NEWER.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
      assert.deepEqual(newer, [], path.slice(SCRIPTS.length));
    }
  });
}

test("what is loaded later is looked at too", () => {
  const scripts = [...loaded("endpoint.js")].map((path) => path.slice(SCRIPTS.length));
  ["lib/queue.js", "endpoint/questions.js", "line_test/queue.js", "endpoint/rest.js"].forEach((name) =>
    assert.ok(scripts.includes(name), name)
  );
});
