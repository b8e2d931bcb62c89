// What mocha loads into itself, by MOCHA_OPTIONS: writes a line when a test begins and one when it has ended, whichever reporter the
// app has. So a test that hangs has a name, and so have those that passed only when mocha tried them again.
import { appendFileSync } from "node:fs";

interface Current {
  titlePath(): string[];
  currentRetry(): number;
  isPending(): boolean;
  readonly file?: string;
  readonly state?: string;
  readonly duration?: number;
}

/** A line of the file that TEST_EVENTS_FILE names. */
function say(event: "begin" | "end", test: Current | undefined): void {
  const file = process.env.TEST_EVENTS_FILE;
  if (file === undefined || test === undefined) return;
  const { state, duration } = test;
  const line = { event, name: test.titlePath().join(" › "), file: test.file, state, duration };
  try {
    appendFileSync(file, `${JSON.stringify({ ...line, retry: test.currentRetry() })}\n`);
  } catch {
    // A suite may run as another user; what it does is no reason to fail it.
  }
}

/** https://mochajs.org/features/root-hook-plugins */
export const mochaHooks = {
  beforeEach(this: { currentTest?: Current }): void {
    say("begin", this.currentTest);
  },
  afterEach(this: { currentTest?: Current }): void {
    say("end", this.currentTest);
  },
};
