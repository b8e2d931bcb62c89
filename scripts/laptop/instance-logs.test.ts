import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { InstanceLogs } from "./instance-logs.ts";

describe("the logs of the API's instances", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "instance-logs-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const logOf = (instance: string): string => {
    const file = join(directory, "production", "instances", instance, "log", "web.stdout.log");
    mkdirSync(dirname(file), { recursive: true });
    return file;
  };
  const texts = (logs: InstanceLogs, kept?: number): string[] => logs.read(kept).map(({ text }) => text);

  it("begin with the last lines, and go on with what is written, whole lines only", () => {
    const file = logOf("i-1");
    writeFileSync(file, "one\ntwo\nthree\nfou");
    const logs = new InstanceLogs(directory);
    expect(logs.read(2)).to.deep.equal([
      { environment: "production", instance: "i-1", text: "two" },
      { environment: "production", instance: "i-1", text: "three" },
    ]);
    expect(texts(logs)).to.deep.equal([]);
    appendFileSync(file, Buffer.from("r ä\n").subarray(0, 3));
    expect(texts(logs)).to.deep.equal([]);
    appendFileSync(file, Buffer.from("r ä\n").subarray(3));
    expect(texts(logs)).to.deep.equal(["four ä"]);
  });

  it("take in instances that come, and bear those that go or begin again", () => {
    const logs = new InstanceLogs(directory);
    expect(texts(logs)).to.deep.equal([]);
    writeFileSync(logOf("i-2"), "a long first line\n");
    writeFileSync(logOf("i-1"), "up\n");
    expect(texts(logs)).to.deep.equal(["up", "a long first line"]);
    rmSync(logOf("i-1"));
    writeFileSync(logOf("i-2"), "again\n");
    expect(texts(logs)).to.deep.equal(["again"]);
  });
});
