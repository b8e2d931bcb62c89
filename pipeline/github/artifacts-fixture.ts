import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ArtifactStore } from "../../local/github/server/actions/artifacts.ts";
import { type GitHub, startGitHub } from "../../local/github/server/server.ts";
import { Counters } from "../../local/github/server/state/counters.ts";
import { Processes } from "../../local/processes.ts";

/** An artifact that a run left behind. */
export interface LeftArtifact {
  readonly name: string;
  readonly branch: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Kept until yesterday. */
  readonly expired?: boolean;
}

/** GitHub's stand-in with artifacts of earlier runs; run ids count from 101. */
export async function githubWithArtifacts(
  directory: string,
  artifacts: readonly LeftArtifact[],
): Promise<GitHub> {
  const inside = join(directory, "github");
  mkdirSync(inside, { recursive: true });
  const counters = new Counters(join(inside, "counters.json"));
  for (const [index, { name, branch, files, expired }] of artifacts.entries()) {
    const root = join(directory, `artifact-${index}`);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const uploaded = new Date(Date.now() - (expired ? 2 : 0) * 86_400_000);
    const store = new ArtifactStore(join(inside, "artifacts"), counters, () => uploaded);
    const head = {
      id: 101 + index,
      attempt: 1,
      number: 1,
      workflow: "Deploy",
      path: ".github/workflows/deploy.yml",
      event: "push",
      ref: `refs/heads/${branch}`,
      sha: "b".repeat(40),
      title: "earlier",
      actor: "you",
    };
    await store.save(
      { run: head, name, root, files: Object.keys(files), overwrite: false, retentionDays: 1 },
      branch,
    );
  }
  return startGitHub({
    directory: inside,
    port: 0,
    owner: "owner",
    repository: "repository",
    actor: "you",
    environment: { PATH: process.env.PATH ?? "", HOME: directory },
    processes: new Processes(join(directory, "processes.json")),
  });
}
