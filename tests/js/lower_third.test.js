import assert from "node:assert/strict";
import { test } from "node:test";

import { lowerThird, shortTopic, withoutSpeaker } from "../../static/js/lib/lower_third.js";

const PAPER = { id: "6", kind: "paper", title: "Kinh nghiệm tổ chức kỳ họp", speaker: "Thường trực HĐND xã Cao Minh, huyện Tràng Định" };

function on(item) {
  return { live: { item_id: item.id, item: item } };
}

test("a paper: the body, the unit and the topic", () => {
  const { org, unit, topic } = lowerThird(on(PAPER));
  assert.deepEqual([org, unit, topic], ["THƯỜNG TRỰC HĐND", "Xã Cao Minh, huyện Tràng Định", "Kinh nghiệm tổ chức kỳ họp"]);
});

test("whoever else speaks stands large too, and without a speaker what it is about", () => {
  const report = { id: "4", kind: "report", title: "Báo cáo năm 2021", speaker: "Thường trực HĐND tỉnh" };
  assert.deepEqual({ ...lowerThird(on(report)), key: "" }, { key: "", org: "", unit: "Thường trực HĐND tỉnh", topic: "Báo cáo năm 2021" });
  assert.equal(lowerThird(on({ ...report, speaker: null })).unit, "Báo cáo năm 2021");
});

for (const kind of ["break", "technical_check"]) {
  test("nobody speaks during a " + kind, () => assert.equal(lowerThird(on({ ...PAPER, kind: kind })), null));
}

test("nothing is on: nothing is shown", () => assert.equal(lowerThird({ live: null }), null));

test("the key changes with the part and with its texts, and with nothing else", () => {
  const key = (item, more) => lowerThird({ live: { ...on(item).live, ...more } }).key;
  assert.equal(key(PAPER, { added_ms: 60000 }), key(PAPER, {}));
  assert.notEqual(key({ ...PAPER, title: "Khác" }, {}), key(PAPER, {}));
  assert.notEqual(key({ ...PAPER, id: "7" }, {}), key(PAPER, {}));
});

test("a long topic ends at a semicolon, at a comma that leaves enough of it, or at a word", () => {
  const voters = "Kinh nghiệm, giải pháp nâng cao chất lượng hoạt động tiếp xúc cử tri, tiếp công dân; giám sát việc giải quyết ";
  assert.equal(shortTopic(voters + "khiếu nại, tố cáo của công dân"), voters.split(";")[0] + "…");
  const clause = "Kinh nghiệm nâng cao chất lượng phiên giải trình của Thường trực HĐND, việc giám sát các kiến nghị ";
  assert.equal(shortTopic(clause + "và lời hứa sau giải trình của đại biểu"), clause.split(",")[0] + "…");
  const words = "Kinh nghiệm, " + "rất hay ".repeat(20);
  assert.ok(shortTopic(words).length <= 131);
  assert.match(shortTopic(words), /(rất|hay)…$/);
  assert.equal(shortTopic("x".repeat(300)), "x".repeat(129) + "…");
  const whole = "Thực trạng và giải pháp nâng cao chất lượng, hiệu quả hoạt động giám sát của Thường trực và các Ban của HĐND cấp huyện";
  assert.equal(shortTopic(whole), whole);
});

test("the speaker is named once, above the topic", () => {
  const name = "Thường trực HĐND xã Cao Minh";
  assert.equal(withoutSpeaker("Tham luận của Thường trực HĐND xã Cao Minh", name), "Tham luận");
  assert.equal(withoutSpeaker("Thường trực HĐND xã Cao Minh: kinh nghiệm giám sát", name), "Kinh nghiệm giám sát");
  assert.equal(withoutSpeaker("Báo cáo của thường trực HĐND xã Cao Minh về công tác năm 2021", name), "Báo cáo về công tác năm 2021");
  assert.equal(withoutSpeaker("Thường trực HĐND xã Cao Minh", name), "");
  for (const kept of ["Giám sát tại Thường trực HĐND xã Cao Minh", "Ý kiến của Thường trực HĐND xã Cao Minhh", "Kinh nghiệm"]) {
    assert.equal(withoutSpeaker(kept, name), kept);
  }
  assert.equal(withoutSpeaker("Kinh nghiệm", null), "Kinh nghiệm");
});
