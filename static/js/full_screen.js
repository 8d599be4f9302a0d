/**
 * The whole screen, by one key and by the page's button (`data-full-screen`), which is there only where the browser can.
 * F11 stays the browser's own.
 */

export function offerFullScreen() {
  if (!document.fullscreenEnabled) {
    return;
  }
  document.documentElement.dataset.canFill = ""; // on the root, which stays when the projector renews what is within
  document.addEventListener("click", (event) => event.target.closest("[data-full-screen]") && toggle());
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "f" && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey) {
      toggle();
    }
  });
}

function toggle() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  done.catch(() => {}); // where it is not allowed the page stays as it is
}
