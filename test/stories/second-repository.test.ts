import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ChessClub } from "../customers/chess-club.ts";
import { CustomerLaptop } from "../customers/customer-laptop.ts";

describe("a second repository, with three files of its own", function () {
  this.timeout(900_000);
  const laptop = new CustomerLaptop("chess-club", (folder) => new ChessClub(folder));
  const club = laptop.repository;

  after(() => laptop.dispose());

  /** What visitors see of it. */
  async function visit(): Promise<{ release: string; page: string; members: unknown; config: unknown }> {
    const { site, api } = laptop.state;
    const read = (url: string): Promise<Response> => fetch(url, { cache: "no-store" });
    const [release, page, members, config] = await Promise.all([
      read(`${site}/release.json`).then((answer) => answer.json() as Promise<{ id: string }>),
      read(`${site}/`).then((answer) => answer.text()),
      read(`${api}/members`).then((answer) => answer.json()),
      read(`${site}/config.json`).then((answer) => answer.json()),
    ]);
    return { release: release.id, page, members, config };
  }

  it("goes live by its first push", async () => {
    expect(readdirSync(join(club.folder, ".github/workflows"))).to.have.length(3);
    const said = await laptop.start();
    expect(said, said).to.match(/chess-club is live as/);
    const { release, page, members, config } = await visit();
    expect(release).to.contain(club.git("rev-parse", "--short=7", "HEAD"));
    expect(page).to.contain("We meet on Fridays");
    expect(members).to.deep.equal(["Judit", "Vera"]);
    expect(config).to.deep.equal({ api: laptop.state.api });
    expect(said)
      .to.match(/Pipeline \/ Test test/)
      .and.to.match(/Pipeline \/ Deploy/);
  });

  it("has its own schema then", async () => {
    expect(await laptop.query('SELECT name FROM "SequelizeMeta"')).to.deep.equal([
      { name: "20260101000000-create-members.js" },
    ]);
    expect(await laptop.query('SELECT * FROM "Members"')).to.deep.equal([]);
  });

  it("gets the comment of its pull request", async () => {
    club.git("checkout", "--quiet", "-b", "another-day");
    club.commit({ "pages/index.html": "<!doctype html><p>We meet on Sundays</p>\n" }, "Meet on Sundays");
    const opened = await laptop.push("another-day");
    expect(opened.output).to.match(/Pull request #1 opened: Meet on Sundays/);
    expect(opened.output).to.match(/Pull request #\d+ succeeded/);
    expect(opened.output).to.match(/commented on #1:[\s\S]*site/);
  });

  it("goes on by a push", async () => {
    const before = await visit();
    const pushed = await laptop.push();
    expect(pushed.output).to.match(/Deploy #\d+ succeeded/);
    const after = await visit();
    expect(after.page).to.contain("Sundays");
    expect({ ...after, release: "", page: "" }).to.deep.equal({ ...before, release: "", page: "" });
  });

  it("is rolled back by one click, which the list of runs names", async () => {
    const rollback = await laptop.run("rollback", "--reason", "the hall is closed");
    expect(rollback.code, rollback.output).to.equal(0);
    expect((await visit()).page).to.contain("Fridays");
    expect((await laptop.run("runs")).output).to.contain("Rollback to previous: the hall is closed");
  });

  it("stops and leaves nothing behind", async () => {
    await laptop.stop();
  });
});
