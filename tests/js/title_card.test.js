import assert from "node:assert/strict";
import { test } from "node:test";

import { titleCard } from "../../static/js/lib/title_card.js";

const PAPER = { id: "6", kind: "paper", title: "Kinh nghiệm tổ chức kỳ họp; giải pháp", speaker: "Thường trực HĐND xã Cao Minh, huyện Tràng Định" };
const OTHER = { id: "7", kind: "paper", title: "Giám sát", speaker: "Thường trực HĐND huyện Lộc Bình" };
const PAPERS = [OTHER, PAPER];

function card(item, held = null, next = []) {
  return titleCard({ live: item && { item_id: item.id, item: item }, next: next }, PAPERS, held);
}

test("a paper: its number, the body, the unit and the whole topic", () => {
  const { label, org, unit, topic, conference } = card(PAPER);
  assert.deepEqual(
    [label, org, unit, topic, conference],
    ["Tham luận 2/2", "THƯỜNG TRỰC HĐND", "Xã Cao Minh, huyện Tràng Định", PAPER.title, false]
  );
});

test("the conference's title at the opening and whenever nothing is on", () => {
  assert.equal(card(null).conference, true);
  assert.equal(card({ id: "1", kind: "technical_check", title: "Kiểm tra" }).conference, true);
  assert.equal(card({ id: "2", kind: "opening", title: "Phát biểu khai mạc", speaker: "Thường trực HĐND tỉnh" }).conference, true);
});

test("what the title says already is not said above it", () => {
  assert.equal(card({ id: "9", kind: "conclusion", title: "Kết luận", speaker: "Thường trực HĐND tỉnh" }).label, "");
  assert.equal(card({ id: "9", kind: "discussion", title: "Trao đổi, kiến nghị", speaker: null }).label, "Thảo luận");
});

test("a break rests while it is on, not when it is only held", () => {
  const rest = { id: "8", kind: "break", title: "Giải lao", speaker: null };
  assert.deepEqual([card(rest).resting, card(rest).unit, card(rest).label], [true, "Giải lao", ""]);
  assert.equal(card(PAPER, { what: "next" }, [rest]).resting, false);
});

test("held: the conference, the next part, a paper by its number; what is not there is the conference", () => {
  assert.equal(card(PAPER, { what: "conference" }).conference, true);
  assert.equal(card(PAPER, { what: "next" }, [OTHER]).unit, "Huyện Lộc Bình");
  assert.equal(card(PAPER, { what: "next" }).conference, true);
  assert.equal(card(PAPER, { what: "paper", number: 1 }).label, "Tham luận 1/2");
  assert.equal(card(PAPER, { what: "paper", number: 3 }).conference, true);
});

test("a number that changes moves nothing: the key is that of the part and its texts", () => {
  const snapshot = { live: { item_id: "6", item: PAPER }, next: [] };
  const [one, two] = [titleCard(snapshot, PAPERS, null), titleCard(snapshot, [PAPER], null)];
  assert.equal(one.key, two.key);
  assert.notEqual(one.label, two.label);
  assert.notEqual(card({ ...PAPER, title: "Khác" }).key, one.key);
});
