import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Text needs 4.5 on working screens and 7 on the stage, controls and shapes 3 (WCAG 2, relative luminance). */
const WORKING = [
  ["ink", "bg", 4.5],
  ["ink", "surface", 4.5],
  ["ink-2", "bg", 4.5],
  ["ink-2", "surface-sunk", 4.5],
  ["ink-3", "bg", 4.5],
  ["ink-3", "surface", 4.5],
  ["ink-2", "action-soft", 4.5],
  ["action", "action-soft", 4.5],
  ["action", "bg", 4.5],
  ["ink-on-dark", "action", 4.5],
  ["ink-on-dark", "action-hover", 4.5],
  ["ink-on-dark", "ink", 4.5],
  ["ink-2", "present-soft", 4.5],
  ["ink-on-dark", "present", 4.5],
  ["absent", "absent-soft", 4.5],
  ["lost", "lost-soft", 4.5],
  ["yellow-400", "red-700", 4.5],
  ["cream", "red-700", 4.5],
  ["ink", "yellow-400", 4.5],
  ["line-strong", "surface", 3],
  ["line-strong", "bg", 3],
  ["focus", "bg", 3],
  ["time-normal-fg", "time-normal-bg", 4.5],
  ["time-warning-fg", "time-warning-bg", 4.5],
  ["time-danger-fg", "time-danger-bg", 4.5],
  ["time-over-fg", "time-over-bg", 4.5],
  ["time-paused-fg", "time-paused-bg", 4.5],
];
const STAGE = [
  ["ink", "bg", 7],
  ["ink-2", "bg", 7],
  ["ink", "surface", 7],
  ["ink-2", "surface", 7],
  ["yellow-400", "red-shade", 7],
  ["cream", "red-shade", 7],
  ["time-normal-fg", "time-normal-bg", 7],
  ["time-warning-fg", "time-warning-bg", 7],
  ["time-danger-fg", "time-danger-bg", 7],
  ["time-over-fg", "time-over-bg", 7],
  ["time-paused-fg", "time-paused-bg", 7],
  ["time-warning-bg", "bg", 3],
  ["time-danger-bg", "bg", 3],
  ["time-over-line", "bg", 3],
];

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const [workingCss, stageCss] = css.split('[data-theme="stage"] {');
const working = tokens(workingCss);
const stage = { ...working, ...tokens(stageCss) };

const looks = readFileSync(new URL("../../static/css/looks.css", import.meta.url), "utf8");
const overtimes = { clear: {}, ...chosen("overtime") };
const tones = { crimson: {}, ...chosen("tone") };

test("each look that can be chosen is measured", () => {
  assert.deepEqual(Object.keys(overtimes), ["clear", "gentle"]);
  assert.deepEqual(Object.keys(tones), ["crimson", "vermilion", "velvet", "plum", "mahogany"]);
});

const everyLook = Object.entries(tones).flatMap(([tone, reds]) =>
  Object.entries(overtimes).map(([overtime, plate]) => [`${tone}, ${overtime}`, { ...stage, ...reds, ...plate }, STAGE])
);

for (const [theme, values, pairs] of [["working", working, WORKING], ...everyLook]) {
  for (const [front, ground, least] of pairs) {
    test(`${theme}: ${front} on ${ground} reaches ${least}`, () => {
      const ratio = contrast(resolve(values, front), resolve(values, ground));

      assert.ok(ratio >= least, `${front} on ${ground} is ${ratio.toFixed(2)}`);
    });
  }
}

function tokens(text) {
  const found = {};
  for (const [, name, value] of text.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
    if (!(name in found)) {
      found[name] = value.trim();
    }
  }
  return found;
}

/** The values of each choice of that kind, by its name; a rule without values only changes shapes. */
function chosen(kind) {
  const rules = looks.matchAll(new RegExp(`^\\[data-${kind}="(\\w+)"\\] \\{([^}]*)\\}`, "gm"));
  return Object.fromEntries(Array.from(rules, ([, name, values]) => [name, tokens(values)]));
}

function resolve(values, name) {
  const reference = /^var\(--([\w-]+)\)$/.exec(values[name]);
  return reference ? resolve(values, reference[1]) : values[name];
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
