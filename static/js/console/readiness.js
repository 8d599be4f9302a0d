/** Whether an answer about readiness that is on the page has grown too old by now, so that the room is asked again. */
export function readinessEnded(page, nowMs) {
  return [...page.querySelectorAll("[data-ready-until]")].some((card) => Number(card.dataset.readyUntil) <= nowMs);
}
