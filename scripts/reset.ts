// npm run reset: forgets everything that the local stack stored.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stackVariable } from "../local/environment.ts";
import { LocalError } from "../local/errors.ts";
import { endMarked, endOrphans } from "../local/processes.ts";
import { stackHolder } from "../local/stack-lock.ts";
import { command } from "./kit/command.ts";
import { tryGit } from "./kit/git.ts";
import { remoteName } from "./laptop/local-remote.ts";
import { root } from "./root.ts";

await command(
  {
    usage: "npm run reset",
    summary: "Forgets the local stack: releases, users, posts, runs, ports.",
    options: {},
  },
  async () => {
    const directory = join(root, ".local");
    const holder = stackHolder(join(directory, "stack.lock"));
    if (holder !== undefined) {
      throw new LocalError(
        "AlreadyRunning",
        `the stack is running (process ${holder.pid})`,
        "stop it with Ctrl-C in its terminal first",
      );
    }
    await endOrphans(join(directory, "processes.json"));
    await endMarked(stackVariable, directory);
    const remote = tryGit("remote", "get-url", remoteName);
    if (remote?.startsWith(directory)) tryGit("remote", "remove", remoteName);
    const known = existsSync(directory);
    rmSync(directory, { recursive: true, force: true });
    console.log(known ? "The local stack is forgotten." : "There was nothing to forget.");
    return 0;
  },
);
