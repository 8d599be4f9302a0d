/** Keeps the screen from going dark while the page is seen; where the browser has no such thing, nothing happens. */

export function keepAwake() {
  if (!navigator.wakeLock) {
    return;
  }
  const ask = () => document.hidden || navigator.wakeLock.request("screen").catch(() => {}); // low battery: it may refuse
  document.addEventListener("visibilitychange", ask);
  ask();
}
