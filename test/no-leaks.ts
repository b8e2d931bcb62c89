// Required by mocha: fails where tests leave a server, a connection, a process or a thread behind. Alone, such a file would hang, so it is ended;
// in a parallel run mocha ends its workers whatever they hold, and nobody would see it.
import { until } from "./until.ts";

/** What keeps this process alive, timers apart: mocha's own are among them. */
function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => !/^(?:Timeout|Immediate)$/.test(kind));
}

function openedSince(before: readonly string[]): string[] {
  const opened = openHandles();
  for (const kind of before) {
    const at = opened.indexOf(kind);
    if (at >= 0) opened.splice(at, 1);
  }
  return opened;
}

/** What is left open would hold the process for ever; the report comes before. A process that nothing holds does not wait for it. */
function endAtLast(): void {
  setTimeout(() => process.exit(1), 5000).unref();
}

export const mochaHooks = {
  beforeAll(this: Mocha.Context): void {
    const before = openHandles();
    const whole = this.test?.parent;
    // Only now, so that it comes after every other hook of the files.
    whole?.afterAll("nothing is left open", async () => {
      await until(() => openedSince(before).length === 0, 30).catch(() => {
        endAtLast();
        const files = [...new Set(whole.suites.map(({ file }) => file))];
        throw new Error(`left open by ${files.join(", ")}: ${openedSince(before).join(", ")}`);
      });
    });
  },
};
