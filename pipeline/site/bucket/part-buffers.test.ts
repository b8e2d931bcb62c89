import { expect } from "chai";
import fc from "fast-check";
import { PartBuffers } from "./part-buffers.ts";

describe("the memory of parts", () => {
  it("is never more than it may be, whatever sizes come, but for a part that is larger than all of it", async () => {
    const sizes = fc.array(fc.oneof(fc.constant(8), fc.integer({ min: 1, max: 60 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, async (each) => {
        const buffers = new PartBuffers(48, 8);
        await Promise.all(
          each.map((bytes) =>
            buffers.lend(bytes, async (buffer) => {
              expect(buffer.length).to.equal(bytes);
              expect(buffers.heldBytes).to.be.at.most(Math.max(48, bytes));
              await new Promise((resolve) => setImmediate(resolve));
            }),
          ),
        );
        expect(buffers.heldBytes).to.be.at.most(48);
      }),
    );
  });

  it("is used again for the next part, but not while a failed one may still be read", async () => {
    const buffers = new PartBuffers(16, 8);
    const take = (): Promise<Buffer> => buffers.lend(8, async (buffer) => buffer);
    const first = await take();
    expect(await take()).to.equal(first);
    await buffers.lend(8, () => Promise.reject(new Error("reset"))).catch(() => undefined);
    expect(await take()).not.to.equal(first);
  });
});
