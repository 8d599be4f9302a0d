// A file kept in the page: asked for again only when it may have changed, and never lost to a question that fails.

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepFile } from "../../static/js/lib/keeping.js";

const PDF = "application/pdf";

/** A server whose answers are let go one by one, and a clock whose delays end when told. */
function world() {
  const asked = [];
  const delayed = [];
  const keeping = keepFile({
    url: "/paper",
    fetch: (url, options) => new Promise((answer, fail) => asked.push({ url, options, answer, fail })),
    later: (ms, call) => delayed.push({ ms, call }),
  });
  return { asked, delayed, keeping };
}

function file(text, tag, type = PDF, ok = true) {
  const headers = new Map([["Content-Type", type], ["ETag", tag], ["Last-Modified", "Fri, 26 Nov 2021 01:45:00 GMT"]]);
  return { ok: ok, headers: { get: (name) => headers.get(name) ?? null }, blob: async () => text };
}

async function settled() {
  for (let turn = 0; turn < 10; turn += 1) {
    await null;
  }
}

async function held(first) {
  const all = world();
  all.keeping.refresh(1000);
  all.delayed.shift().call();
  all.asked.shift().answer(first);
  await settled();
  return all;
}

test("nothing is held before the first answer", () => {
  const { keeping, delayed } = world();

  keeping.refresh(1000);

  assert.equal(keeping.blob(), null);
  assert.equal(delayed[0].ms, 1000);
});

test("the answer is held with its time, and asked for by its tag afterwards", async () => {
  const { keeping, delayed, asked } = await held(file("one", '"1"'));

  keeping.refresh(5000);
  delayed.shift().call();

  assert.equal(keeping.blob(), "one");
  assert.equal(keeping.madeAt().getTime(), Date.UTC(2021, 10, 26, 1, 45));
  assert.deepEqual(asked[0].options.headers, { "If-None-Match": '"1"' });
});

test("many changes are one question", async () => {
  const { keeping, delayed } = await held(file("one", '"1"'));

  keeping.refresh(5000);
  keeping.refresh(5000);

  assert.equal(delayed.length, 1);
});

test("a change while a question is under way is asked about afterwards", async () => {
  const { keeping, delayed, asked } = await held(file("one", '"1"'));
  keeping.refresh(0);
  delayed.shift().call();
  keeping.refresh(5000);
  assert.equal(delayed.length, 0);

  asked.shift().answer(file("two", '"2"'));
  await settled();

  assert.equal(keeping.blob(), "two");
  assert.equal(delayed.length, 1);
});

for (const [name, end] of [
  ["a line that is lost", (question) => question.fail(new TypeError("network"))],
  ["an unchanged file", (question) => question.answer(file("", '"1"', PDF, false))],
  ["a sign-in page", (question) => question.answer(file("<html>", null, "text/html"))],
  ["a refusal", (question) => question.answer(file("<html>", null, "text/html", false))],
]) {
  test(`${name} leaves what is held`, async () => {
    const { keeping, delayed, asked } = await held(file("one", '"1"'));
    keeping.refresh(0);
    delayed.shift().call();

    end(asked.shift());
    await settled();

    assert.equal(keeping.blob(), "one");
  });
}
