import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { locateMigrations } from "./migrations-folder.ts";

describe("the migrations' folder", () => {
  let workspace = "";
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), "udagram-migrations-folder-"));
    mkdirSync(join(workspace, "api", "migrations"), { recursive: true });
    for (const file of ["package.json", "app.js"]) writeFileSync(join(workspace, "api", file), "{}");
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  it("is not the app's own folder, and the refusal names the one that is meant", async () => {
    const { code, message, hint } = await failureOf(locateMigrations("api", recordedContext({ workspace })));
    expect([code, message]).to.deep.equal([
      "InvalidInputs",
      '"api" is the app\'s folder, and not that of its migrations',
    ]);
    expect(hint).to.contain("`migrations-directory`: api/migrations");
  });

  it("is what is given, where that holds the migrations", async () => {
    const found = await locateMigrations("api/migrations", recordedContext({ workspace }));
    expect(found).to.equal(join(workspace, "api", "migrations"));
  });
});
