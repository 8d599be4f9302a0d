/** What a screen of the hall decides for itself while nobody touches it. Pure, no DOM. */

/** What was on longer ago than this says nothing about what is on. */
const OLD_MS = 3600000;

/** Nobody speaks on this scene: the page may be put up anew. */
export function isQuiet(sceneName, live) {
  return sceneName !== "speaker" || !live || live.state === "paused";
}

/** The server was last heard of so long ago that its speaker has surely gone; both by the server's time. */
export function isOld(heardAtMs, nowMs) {
  return nowMs - heardAtMs > OLD_MS;
}

/** What to show of a snapshot that is old: the maket. */
export function longAfter(snapshot) {
  return { ...snapshot, live: null, message: null, scene: { ...snapshot.scene, name: "maket" } };
}

/** The server's time on a page out of this browser's keeping, by that machine's clock; never before it was kept. */
export function keptNowMs(kept, machineNowMs) {
  return Math.max(kept.at_ms, machineNowMs + kept.offset_ms);
}

/** JSON that may stand within a <script> of a page. */
export function jsonForPage(value) {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
