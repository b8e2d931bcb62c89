// npm run init: looks at a repository and writes the three workflow files that take it live.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalError } from "../local/errors.ts";
import { foundApp } from "./init/found-app.ts";
import { reportLines } from "./init/report.ts";
import { repositoryFiles } from "./init/repository-files.ts";
import { type Callers, workflowTexts } from "./init/workflow-texts.ts";
import { command } from "./kit/command.ts";
import { tryGitIn } from "./kit/git.ts";
import { callingWorkflows } from "./laptop/customer/calling-workflows.ts";
import { customerOf } from "./laptop/customer/customer.ts";
import { root } from "./root.ts";

const options = {
  "dry-run": { type: "boolean", help: "only show what would be written" },
} as const;

await command(
  {
    usage: "npm run init",
    summary: "Looks at a repository and writes the three workflow files that take it live.",
    options,
    word: { name: "folder", help: "the repository's folder" },
  },
  async ({ "dry-run": isDry, folder: typed }) => {
    const { folder, isUdagram } = customerOf(typed);
    if (isUdagram) {
      throw new LocalError(
        "NotARepository",
        "this is the pipeline's own repository",
        "name yours: npm run init -- ../yours",
      );
    }
    const app = foundApp(repositoryFiles(folder));
    const texts = workflowTexts(readCallers(), app, branchOf(folder));
    const files = Object.entries(texts).map(([file, text]) => ({ path: `.github/workflows/${file}`, text }));
    refuseOthers(
      folder,
      files.map(({ path }) => path),
    );
    const written = files.filter(({ path }) => !existsSync(join(folder, path)));
    for (const { path, text } of isDry ? [] : written) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: "wx" });
    }
    const kept = files.filter((file) => !written.includes(file)).map(({ path }) => path);
    for (const line of reportLines({ app, folder, written, kept, isDry })) console.log(line);
    return 0;
  },
);

function readCallers(): Callers {
  const read = (file: string): string => readFileSync(join(root, "docs/callers", file), "utf8");
  return {
    "deploy.yml": read("deploy.yml"),
    "rollback.yml": read("rollback.yml"),
    "pull-request.yml": read("pull-request.yml"),
  };
}

/** The one that pull requests go to, as the remote says; else the one that is checked out. */
function branchOf(folder: string): string {
  const remote = tryGitIn(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD");
  return remote?.replace(/^origin\//, "") ?? tryGitIn(folder, "symbolic-ref", "--short", "HEAD") ?? "main";
}

/** A file of theirs with one of the three names that does not call the pipeline is theirs, and nothing is written. */
function refuseOthers(folder: string, paths: readonly string[]): void {
  for (const path of paths.filter((name) => existsSync(join(folder, name)))) {
    const text = readFileSync(join(folder, path), "utf8");
    if (Object.keys(callingWorkflows(new Map([[path, text]]))).length > 0) continue;
    throw new LocalError(
      "WorkflowTaken",
      `"${path}" is there already and calls nothing of the pipeline; nothing was written`,
      "give it another name, or remove it where the pipeline takes its place",
    );
  }
}
