import { globSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import type { State } from "../../local/state.ts";
import { ChessClub } from "../customers/chess-club.ts";
import { Laptop, type Running } from "../laptop.ts";

describe("a second repository, with three files of its own", function () {
  this.timeout(900_000);
  const laptop = new Laptop();
  const folder = mkdtempSync(join(tmpdir(), "second-repository-"));
  const club = new ChessClub(join(folder, "chess-club"));
  const its = ["--repository", club.folder];
  let start: Running;

  after(async () => {
    await laptop.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const state = (): State => {
    const [file] = globSync(".local/repositories/*/state.json", { cwd: laptop.clone });
    return JSON.parse(laptop.read(file ?? "")) as State;
  };

  /** What visitors see of it. */
  async function visit(): Promise<{ release: string; page: string; members: unknown; config: unknown }> {
    const { site, api } = state();
    const read = (url: string): Promise<Response> => fetch(url, { cache: "no-store" });
    const [release, page, members, config] = await Promise.all([
      read(`${site}/release.json`).then((answer) => answer.json() as Promise<{ id: string }>),
      read(`${site}/`).then((answer) => answer.text()),
      read(`${api}/members`).then((answer) => answer.json()),
      read(`${site}/config.json`).then((answer) => answer.json()),
    ]);
    return { release: release.id, page, members, config };
  }

  const push = (ref: string) =>
    laptop.run("git", "-C", club.folder, "push", state().github.remote, `HEAD:${ref}`);

  it("goes live by its first push", async () => {
    expect(readdirSync(join(club.folder, ".github/workflows"))).to.have.length(3);
    start = laptop.begin("npm", ["start", "--", ...its]);
    await start.says(/chess-club is live as/);
    const { release, page, members, config } = await visit();
    expect(release).to.contain(club.git("rev-parse", "--short=7", "HEAD"));
    expect(page).to.contain("We meet on Fridays");
    expect(members).to.deep.equal(["Judit", "Vera"]);
    expect(config).to.deep.equal({ api: state().api });
    expect(start.output)
      .to.match(/Pipeline \/ Test test/)
      .and.to.match(/Pipeline \/ Deploy/);
  });

  it("has its own schema then", async () => {
    const { url, ca } = state().database;
    const client = new pg.Client({ connectionString: url.replace(/\?.*$/, ""), ssl: { ca } });
    await client.connect();
    try {
      const { rows } = await client.query('SELECT name FROM "SequelizeMeta"');
      expect(rows).to.deep.equal([{ name: "20260101000000-create-members.js" }]);
      expect((await client.query('SELECT * FROM "Members"')).rows).to.deep.equal([]);
    } finally {
      await client.end();
    }
  });

  it("gets the comment of its pull request", async () => {
    club.git("checkout", "--quiet", "-b", "another-day");
    club.commit({ "pages/index.html": "<!doctype html><p>We meet on Sundays</p>\n" }, "Meet on Sundays");
    const opened = await push("another-day");
    expect(opened.output).to.match(/Pull request #1 opened: Meet on Sundays/);
    expect(opened.output).to.match(/Pull request #\d+ succeeded/);
    expect(opened.output).to.match(/commented on #1:[\s\S]*site/);
  });

  it("goes on by a push", async () => {
    const before = await visit();
    const pushed = await push("main");
    expect(pushed.output).to.match(/Deploy #\d+ succeeded/);
    const after = await visit();
    expect(after.page).to.contain("Sundays");
    expect({ ...after, release: "", page: "" }).to.deep.equal({ ...before, release: "", page: "" });
  });

  it("is rolled back by one click, which the list of runs names", async () => {
    const rollback = await laptop.run(
      "npm",
      "run",
      "rollback",
      "--",
      "--reason",
      "the hall is closed",
      ...its,
    );
    expect(rollback.code, rollback.output).to.equal(0);
    expect((await visit()).page).to.contain("Fridays");
    const runs = await laptop.run("npm", "run", "runs", "--", ...its);
    expect(runs.output).to.contain("Rollback to previous: the hall is closed");
  });

  it("stops and leaves nothing behind", async () => {
    await start.interrupt();
  });
});
