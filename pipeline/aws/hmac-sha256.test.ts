import { createHmac } from "node:crypto";
import fc from "fast-check";
import { HmacSha256 } from "./hmac-sha256.ts";

describe("HMAC of many texts", () => {
  it("is Node's own, whatever came before", () => {
    const keys = fc.uint8Array({ maxLength: 64 });
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 5 });
    fc.assert(
      fc.property(keys, texts, (key, each) => {
        const hmac = new HmacSha256(key);
        return each.every((text) => hmac.of(text) === createHmac("sha256", key).update(text).digest("hex"));
      }),
    );
  });
});
