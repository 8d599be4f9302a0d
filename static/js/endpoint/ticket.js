/** How far the fault is that the room has reported: its card says so as soon as something about it has changed. */

const OPEN = ["new", "reopened", "working"];

/** `load()` asks for it. */
export function showTicket(room) {
  const card = document.querySelector("[data-ticket]");
  const words = JSON.parse(card.dataset.words);

  function show(tickets) {
    const own = tickets.filter((ticket) => ticket.endpoint_code === room.page.code);
    const first = own.find((ticket) => OPEN.includes(ticket.state)) || own[0];
    if (first) {
      card.querySelector("[data-ticket-note]").textContent = words[first.state];
      card.querySelector(".ltc__go").textContent = "Xem";
    }
  }

  function load() {
    room.getJson("/tickets").then(show, () => {}); // asked again at the next change, or when the line was away
  }

  room.onNotice("ticket", (notice) => notice.code === room.page.code && load());
  return { load: load };
}
