import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { serveApi } from "./served-api.ts";

describe("the live release's API, tried against a new one,", () => {
  const folder = mkdtempSync(join(tmpdir(), "udagram-served-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const serve = (script: string) => {
    writeFileSync(join(folder, "server.cjs"), script);
    const secrets = { GITHUB_TOKEN: "a-token", AWS_SECRET_ACCESS_KEY: "a-key", INPUT_DATABASE: "an-input" };
    const context = recordedContext({}, { env: { ...process.env, ...secrets } });
    return serveApi({ folder, start: "node server.cjs" }, { POSTGRES_DB: "trial" }, context);
  };

  it("has nothing of the job's environment but the way to its programs, and what it was given", async () => {
    await using api = await serve(
      'require("http").createServer((_, answer) => answer.end(JSON.stringify(process.env))).listen(process.env.PORT)',
    );
    const found = (await (await fetch(api.address)).json()) as Record<string, string>;
    expect(found).to.include({ POSTGRES_DB: "trial", NODE_ENV: "production" });
    const own = ["PATH", "HOME", "LANG", "NODE_ENV", "POSTGRES_DB", "PORT"];
    // Of the shell itself.
    const shells = ["PWD", "OLDPWD", "SHLVL", "_"];
    expect(Object.keys(found).filter((name) => ![...own, ...shells].includes(name))).to.deep.equal([]);
  });

  it("says its last words where it does not start", async () => {
    const failure = await serve('throw new Error("no table photos")').then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.contain("it ended at once").and.contain("no table photos");
  });
});
