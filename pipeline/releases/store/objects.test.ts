import { expect } from "chai";
import { createText, readText, replaceText } from "./objects.ts";
import { codeOf, storeBench } from "./store-fixture.ts";

describe("release store: objects", () => {
  const bench = storeBench();

  describe("conditional writes", () => {
    it("create what does not exist, and nothing else", async () => {
      expect(await createText(bench.store, `${bench.environment}/a`, "one")).to.not.equal(undefined);
      expect(await createText(bench.store, `${bench.environment}/a`, "two")).to.equal(undefined);
      expect((await readText(bench.store, `${bench.environment}/a`))?.text).to.equal("one");
    });

    it("count as done when only the answer was lost", async () => {
      bench.aws.faults.add({
        operation: "PutObject",
        key: `${bench.environment}/a`,
        times: 1,
        drop: "after",
      });
      const created = await createText(bench.store, `${bench.environment}/a`, "one");
      expect(created?.text).to.equal("one");
      bench.aws.faults.add({
        operation: "PutObject",
        key: `${bench.environment}/a`,
        times: 1,
        drop: "after",
      });
      expect(
        (await replaceText(bench.store, `${bench.environment}/a`, "two", created?.etag ?? ""))?.text,
      ).to.equal("two");
    });

    it("replace only what was read", async () => {
      const read = await createText(bench.store, `${bench.environment}/a`, "one");
      await bench.put(`${bench.environment}/a`, "somebody else's");
      expect(await replaceText(bench.store, `${bench.environment}/a`, "two", read?.etag ?? "")).to.equal(
        undefined,
      );
    });

    it("name a bucket that does not exist", async () => {
      expect(await codeOf(readText({ ...bench.store, bucket: "nowhere" }, "a"))).to.equal("StoreMissing");
    });
  });

  describe("a clock that jumps", () => {
    it("back to what S3's is, does not fail the next request", async () => {
      for (const ahead of [0, 7_200_000, 0, -7_200_000, 0]) {
        bench.s3AheadMs = ahead;
        const written = await createText(bench.store, `${bench.environment}/${ahead}`, "one");
        expect(written?.text).to.equal("one");
        expect(await readText(bench.store, `${bench.environment}/${ahead}`)).to.include({ text: "one" });
      }
    });
  });
});
