/**
 * Which rooms of the roll call are looked at. Pure, no DOM. Same rule as giaoban/domain/board_filter.py;
 * tests/cases/board_filter.json holds both to it.
 */

import { searchRank, searchWords } from "./search.js";

/** Whether a room `{ marks: [...], district, key }` is what the filter `{ marks: [...], district, text }` asks for. */
export function shows(filter, room) {
  return (
    filter.marks.every((mark) => room.marks.includes(mark)) &&
    (filter.district === "" || filter.district === room.district) &&
    (filter.text.trim() === "" || searchRank(room.key, filter.text) !== null)
  );
}

/** Whether the filter leaves anything out. */
export function filters(filter) {
  return filter.marks.length > 0 || filter.district !== "" || searchWords(filter.text).length > 0;
}
