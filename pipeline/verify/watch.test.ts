import { expect } from "chai";
import { type PublicSystem, startPublicSystem, virtualClock } from "./public-system-fixture.ts";
import { watchRelease } from "./watch.ts";

describe("verify: watchRelease", () => {
  let system: PublicSystem;
  before(async () => {
    system = await startPublicSystem();
  });
  after(() => system.close());
  beforeEach(() => system.reset());

  type Watching = Parameters<typeof watchRelease>[1];
  type Context = Parameters<typeof watchRelease>[2];

  const watch = (watching: Partial<Watching> = {}, context: Partial<Context> = {}) =>
    watchRelease(
      system.wanted,
      { seconds: 10, budget: 0, stay: async () => {}, ...watching },
      { clock: virtualClock(), signal: new AbortController().signal, onProgress: () => {}, ...context },
    );

  /** The feed fails in the given rounds, counted from 1. */
  function failIn(...rounds: readonly number[]): void {
    const right = system.replies["api GET /api/v0/feed"];
    let round = 0;
    system.replies["api GET /api/v0/feed"] = (request) => {
      round += 1;
      const reply = right?.(request) ?? { status: 404, headers: {}, body: "" };
      return rounds.includes(round) ? { ...reply, status: 503 } : reply;
    };
  }

  it("asks every two seconds to the end of the time", async () => {
    const result = await watch();
    expect(result.verified).to.equal(true);
    expect(result.seconds).to.equal(10);
    expect(result.requests).to.equal(6 * 14);
  });

  it("fails at the first wrong round, with what was wrong", async () => {
    failIn(3);
    const result = await watch();
    if (result.verified) throw new Error("was verified");
    expect(result.seconds).to.equal(4);
    expect(result.findings.map(({ message }) => message)).to.deep.equal([
      "the API's /api/v0/feed answers 503, not 200",
    ]);
  });

  it("puts up with as many wrong rounds as its budget allows, and says each", async () => {
    failIn(2, 4);
    const lines: string[] = [];
    const onProgress = (line: string): void => {
      lines.push(line);
    };
    expect((await watch({ budget: 2 }, { onProgress })).verified).to.equal(true);
    expect(lines.filter((line) => line.includes("503"))).to.have.length(2);
    failIn(1, 2, 3);
    expect((await watch({ budget: 2 })).verified).to.equal(false);
  });

  it("stops when it must not stay", async () => {
    let asked = 0;
    const stay = async (): Promise<void> => {
      asked += 1;
      if (asked === 3) throw new Error("frozen");
    };
    const outcome = await watch({ stay }).catch((error: Error) => error.message);
    expect(outcome).to.equal("frozen");
  });

  it("stops when the job is cancelled", async () => {
    const cancel = new AbortController();
    cancel.abort(new Error("cancelled"));
    const outcome = await watch({}, { signal: cancel.signal }).catch((error: Error) => error.message);
    expect(outcome).to.equal("cancelled");
  });
});
