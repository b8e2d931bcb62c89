import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { State } from "../../local/state.ts";
import type { Manifest } from "../../pipeline/bundle/manifest.ts";
import { gitIn } from "../kit/git.ts";
import { localWitnesses } from "./local-witnesses.ts";

const manifest: Manifest = {
  schema: 2,
  id: "20260101T000000Z-aaaaaaa",
  commit: "a".repeat(40),
  committedAt: "2026-01-01T00:00:00Z",
  api: { version: "0123456789ab", sha256: "0".repeat(64), bytes: 1, node: "24" },
};

/** An API whose process is up; its feed answers with that status. */
async function apiWithFeed(status: number): Promise<Server> {
  const server = createServer(({ url }, response) => {
    response.setHeader("content-type", "application/json");
    if (url === "/api/.release.json") response.end(JSON.stringify({ version: "0123456789ab" }));
    else response.writeHead(url === "/api/feed" ? status : 200).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe("whom the terminal asks how an environment is", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "witnesses-"));
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(
      join(folder, ".github/workflows/deploy.yml"),
      "on: push\njobs:\n  pipeline:\n    uses: $/.github/workflows/pipeline-deploy.yml\n    with: { health-path: /health, routes: /api/feed 200 }\n",
    );
    gitIn(folder, "init", "--quiet", "--initial-branch", "main");
    gitIn(folder, "add", ".");
    gitIn(
      folder,
      "-c",
      "user.name=Ada",
      "-c",
      "user.email=ada@example.org",
      "commit",
      "--quiet",
      "-m",
      "Begin",
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [status, whole] of [
    [200, "yes"],
    [503, "no"],
  ] as const) {
    it(`a route of the workflow that answers ${status}: whole ${whole}`, async () => {
      const server = await apiWithFeed(status);
      const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const state = { site: "", api, github: { remote: folder, branch: "main" } } as State;
      try {
        expect((await localWitnesses(state, "local", true).look(manifest)).whole).to.equal(whole);
      } finally {
        server.close();
      }
    });
  }
});
