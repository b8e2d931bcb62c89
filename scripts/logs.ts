// npm run logs: what the API's instances print, live.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalError } from "../local/errors.ts";
import { plainText } from "../local/github/display/text.ts";
import { stackHolder } from "../local/stack-lock.ts";
import { command } from "./kit/command.ts";
import { customerOf, flagOf, meantDirectory, repositoryOption } from "./laptop/customer/customer.ts";
import { type InstanceLine, InstanceLogs } from "./laptop/instance-logs.ts";

const options = {
  lines: { type: "string", default: "20", help: "how many of each instance's lines to begin with (20)" },
  once: { type: "boolean", help: "end after these, rather than with Ctrl-C" },
  repository: repositoryOption,
} as const;

/** Between two looks at the logs. */
const lookEveryMs = 300;

await command(
  { usage: "npm run logs", summary: "Shows what the API's instances print, live until Ctrl-C.", options },
  async ({ lines: typed, once, repository }) => {
    const lines = Number(typed);
    if (!Number.isInteger(lines) || lines < 0) {
      throw new LocalError(
        "InvalidOption",
        `--lines "${typed}" is no whole number`,
        "say, for example, --lines 50",
      );
    }
    const customer = repository === undefined ? undefined : customerOf(repository);
    const directory = customer?.directory ?? meantDirectory();
    const isUp = (): boolean => stackHolder(join(directory, "stack.lock")) !== undefined;
    if (!isUp()) {
      const start = `npm start${customer === undefined ? "" : flagOf(customer.folder)}`;
      throw new LocalError("NotRunning", "the local stack is not running", `start it with: ${start}`);
    }
    const logs = new InstanceLogs(join(directory, "aws", "eb"));
    logs.read(lines).forEach(print);
    while (!once && isUp()) {
      await sleep(lookEveryMs);
      logs.read().forEach(print);
    }
    return 0;
  },
);

function print({ environment, instance, text }: InstanceLine): void {
  console.log(`${environment} ${instance}  ${plainText(text)}`);
}
