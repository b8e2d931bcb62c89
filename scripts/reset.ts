// npm run reset: forgets everything that a local stack stored.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stackVariable } from "../local/environment.ts";
import { LocalError } from "../local/errors.ts";
import { endMarked, endOrphans } from "../local/processes.ts";
import { stackHolder } from "../local/stack-lock.ts";
import { command } from "./kit/command.ts";
import { confirm, yesOption } from "./kit/confirm.ts";
import { tryGitIn } from "./kit/git.ts";
import { customerOf, flagOf, othersDirectory } from "./laptop/customer/customer.ts";
import { remoteName } from "./laptop/local-remote.ts";

const options = {
  yes: yesOption,
  repository: { type: "string", help: "folder of the repository whose stack is meant; left out: Udagram's" },
} as const;

await command(
  {
    usage: "npm run reset",
    summary: "Forgets the local stack: releases, users, posts, runs, ports.",
    options,
  },
  async ({ yes, repository }) => {
    const { directory, folder, name, isUdagram } = customerOf(repository);
    const holder = stackHolder(join(directory, "stack.lock"));
    if (holder !== undefined) {
      throw new LocalError(
        "AlreadyRunning",
        `the stack is running (process ${holder.pid})`,
        `stop it with Ctrl-C in its terminal first; where that is gone: kill ${holder.pid}`,
      );
    }
    // Stacks of other repositories are in Udagram's folder, and stay.
    const parts = existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
    const forgotten = parts.filter((path) => path !== othersDirectory);
    if (forgotten.length > 0) {
      const withYes = `npm run reset${flagOf(folder) || " --"} --yes`;
      const lost = `${isUdagram ? "Udagram" : name}'s local stack: every release, user, post and run in ${directory}, and its ports.`;
      await confirm({ lost: [lost], question: "Forget it for good?", withYes }, yes);
    }
    await endOrphans(join(directory, "processes.json"));
    await endMarked(stackVariable, directory);
    if (isUdagram) {
      const remote = tryGitIn(folder, "remote", "get-url", remoteName);
      if (remote?.startsWith(directory)) tryGitIn(folder, "remote", "remove", remoteName);
    }
    for (const path of forgotten) rmSync(path, { recursive: true, force: true });
    if (forgotten.length === parts.length) rmSync(directory, { recursive: true, force: true });
    console.log(forgotten.length > 0 ? "The local stack is forgotten." : "There was nothing to forget.");
    return 0;
  },
);
