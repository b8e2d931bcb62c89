import { expect } from "chai";
import { ageOf } from "./age.ts";

describe("the age of a photo", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  for (const [time, words] of [
    ["2026-11-23T12:00:05Z", "just now"],
    ["2026-11-23T11:59:01Z", "just now"],
    ["2026-11-23T11:59:00Z", "1 minute ago"],
    ["2026-11-23T10:00:01Z", "1 hour ago"],
    ["2026-11-22T12:00:00Z", "yesterday"],
    ["2026-11-20T12:00:00Z", "3 days ago"],
    ["2026-11-09T12:00:00Z", "2 weeks ago"],
    ["2025-11-23T12:00:00Z", "last year"],
  ] as const) {
    it(`${time} is ${words}`, () => {
      expect(ageOf(new Date(time), now, "en")).to.equal(words);
    });
  }
});
