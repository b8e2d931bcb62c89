import { expect } from "chai";
import { nameFor } from "./rendition.ts";

describe("the name of a photo that was drawn anew", () => {
  for (const [name, type, expected] of [
    ["IMG_1.JPG", "image/jpeg", "IMG_1.JPG"],
    ["a.jpeg", "image/jpeg", "a.jpeg"],
    ["a.avif", "image/webp", "a.webp"],
    ["a.webp", "image/png", "a.png"],
    ["a.b", "image/jpeg", "a.jpg"],
    ["photo", "image/jpeg", "photo.jpg"],
  ] as const) {
    it(`tells ${type} of ${name}`, () => expect(nameFor(name, type)).to.equal(expected));
  }
});
