import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { LogSamples } from "./log-samples.ts";

describe("a bundle of an instance's logs", () => {
  const directory = mkdtempSync(join(tmpdir(), "log-samples-"));
  const logDirectory = join(directory, "log");

  after(() => rmSync(directory, { recursive: true, force: true }));

  it("is taken while the instance goes on writing", async () => {
    mkdirSync(logDirectory);
    const logs = ["eb-engine.log", "web.stdout.log"].map((name) => join(logDirectory, name));
    const write = (): void => {
      for (const log of logs) appendFileSync(log, "a line\n");
    };
    write();
    let writing = setImmediate(function again() {
      write();
      writing = setImmediate(again);
    });
    try {
      const samples = new LogSamples(directory, () => new Date());
      for (let take = 0; take < 20; take++) {
        const { file } = await samples.take("bundle", { id: "i-1", logDirectory }, false);
        expect(existsSync(file)).to.equal(true);
      }
    } finally {
      clearImmediate(writing);
    }
  });
});
