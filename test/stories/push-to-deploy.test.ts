import { expect } from "chai";
import { Laptop, type Running } from "../laptop.ts";

const startSeconds = 120;

/** Who serves the site and the API right now, as a visitor sees it. */
async function visit(laptop: Laptop): Promise<{ release: string; apiVersion: string; page: number }> {
  const { site, api } = laptop.state;
  const [release, version, page] = await Promise.all([
    fetch(`${site}/release.json`, { cache: "no-store" }).then((r) => r.json() as Promise<{ id: string }>),
    fetch(`${api}/version`).then((r) => r.json() as Promise<{ version: string }>),
    fetch(`${site}/`).then((r) => r.status),
  ]);
  return { release: release.id, apiVersion: version.version, page };
}

/** Ids of the API's processes: they change when, and only when, the API is deployed. */
function apiProcesses(laptop: Laptop): number[] {
  const records = JSON.parse(laptop.read(".local/processes.json")) as {
    pid: number;
    command: string;
    label?: string;
  }[];
  return records
    .filter((record) => record.label === "elastic-beanstalk")
    .map((record) => record.pid)
    .sort();
}

describe("push to deploy", function () {
  this.timeout(180_000);
  const laptop = new Laptop();
  let stack: Running;
  let first: Awaited<ReturnType<typeof visit>>;

  after(() => laptop.dispose());

  it("npm start takes HEAD live and says where", async () => {
    stack = laptop.begin("npm", ["start"]);
    await stack.says(/Udagram is live/, startSeconds);
    first = await visit(laptop);
    expect(first.page).to.equal(200);
    expect(first.release).to.match(
      new RegExp(`^\\d{8}T\\d{6}Z-${laptop.git("rev-parse", "--short=7", "HEAD")}$`),
    );
    expect(stack.output).to.contain(laptop.state.site).and.to.contain(laptop.state.api);
  });

  it("people register, log in and see the feed", async () => {
    const { api, site } = laptop.state;
    const call = (path: string, body: object): Promise<Response> =>
      fetch(`${api}/api/v0${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: site },
        body: JSON.stringify(body),
      });
    const registered = await call("/users/auth/", { email: "ana@example.com", password: "correct horse" });
    expect(registered.status).to.equal(201);
    expect(registered.headers.get("access-control-allow-origin")).to.be.oneOf(["*", site]);
    const loggedIn = await call("/users/auth/login", { email: "ana@example.com", password: "correct horse" });
    expect(loggedIn.status).to.equal(200);
    const feed = (await (await fetch(`${api}/api/v0/feed`)).json()) as { count: number; rows: unknown[] };
    expect(feed.rows).to.be.an("array");
  });

  it("a second npm start beside it is refused and says what to do", async () => {
    const second = await laptop.run("npm", "start");
    expect(second.code).to.equal(1);
    expect(second.output)
      .to.match(/already running/)
      .and.to.match(/git push local main/);
  });

  it("a push that changes nothing installs nothing, builds nothing, tests nothing", async () => {
    const before = apiProcesses(laptop);
    laptop.commit("CHANGELOG.md", laptop.read("CHANGELOG.md"), "Change nothing");
    const push = await laptop.push();
    expect(push.output).to.match(/Deploy #\d+ succeeded/);
    expect(push.output).to.match(/reused|already/i);
    expect(push.output).to.not.match(/npm ci/);
    const after = await visit(laptop);
    expect(after.release).to.contain(laptop.git("rev-parse", "--short=7", "HEAD"));
    expect(after.apiVersion).to.equal(first.apiVersion);
    expect(apiProcesses(laptop)).to.deep.equal(before);
  });

  it("a push that changes only the frontend does not touch the API's processes", async () => {
    const before = apiProcesses(laptop);
    laptop.commit(
      "frontend/src/feed.tsx",
      laptop.read("frontend/src/feed.tsx").replace("No photos yet", "Not one photo yet"),
      "Say it otherwise",
    );
    const push = await laptop.push();
    expect(push.output).to.match(/Deploy #\d+ succeeded/);
    expect(apiProcesses(laptop)).to.deep.equal(before);
    const { site } = laptop.state;
    const html = await (await fetch(site)).text();
    const script = html.match(/src="\.\/(assets\/[^"]+\.js)"/)?.[1];
    expect(await (await fetch(`${site}/${script}`)).text()).to.contain("Not one photo yet");
  });

  it("a broken API says why in the push, and what was live still answers unchanged", async () => {
    const before = { seen: await visit(laptop), processes: apiProcesses(laptop) };
    laptop.commit(
      "backend/src/main.ts",
      `console.error("the tea kettle is missing");\nprocess.exit(3);\n${laptop.read("backend/src/main.ts")}`,
      "Break the API",
    );
    const push = await laptop.push();
    expect(push.output).to.match(/Deploy #\d+ failed/);
    expect(push.output).to.contain("the tea kettle is missing");
    expect({ seen: await visit(laptop), processes: apiProcesses(laptop) }).to.deep.equal(before);
    laptop.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("a broken migration leaves schema, API and site as they were", async () => {
    const before = await visit(laptop);
    laptop.commit(
      "backend/migrations/29991231T000000Z-break.ts",
      `import type { QueryInterface } from "sequelize";
export const phase = "expand";
export async function up(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.createTable("Halves", { id: { type: "INTEGER" } });
  await queryInterface.sequelize.query("SELECT no_such_column FROM \\"Users\\"");
}
export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.dropTable("Halves");
}
`,
      "Break the schema",
    );
    const push = await laptop.push("--force", "HEAD:main");
    expect(push.output).to.match(/Deploy #\d+ failed/);
    expect(push.output).to.contain("no_such_column").and.to.contain("29991231T000000Z-break");
    expect(await visit(laptop)).to.deep.equal(before);
    laptop.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("npm run rollback puts the previous release back; pushes wait until npm run resume", async () => {
    const live = await visit(laptop);
    const rollback = await laptop.run("npm", "run", "rollback", "--", "--reason", "a story");
    expect(rollback.code, rollback.output).to.equal(0);
    const back = await visit(laptop);
    expect(back.release).to.not.equal(live.release);

    laptop.commit("CHANGELOG.md", `${laptop.read("CHANGELOG.md")}\n`, "Push while frozen");
    const frozen = await laptop.push("--force", "HEAD:main");
    expect(frozen.output)
      .to.match(/frozen/i)
      .and.to.contain("a story")
      .and.to.match(/resume/);
    expect(await visit(laptop)).to.deep.equal(back);

    const resume = await laptop.run("npm", "run", "resume");
    expect(resume.code, resume.output).to.equal(0);
    expect((await visit(laptop)).release).to.contain(laptop.git("rev-parse", "--short=7", "HEAD"));
  });

  it("Ctrl-C in the middle of a deploy ends every process; the next start finishes what was begun", async () => {
    laptop.commit(
      "backend/src/app.ts",
      `${laptop.read("backend/src/app.ts")}\nexport const changed = "by a story";\n`,
      "Change the API",
    );
    const push = laptop.begin("git", ["push", "local", "HEAD:main"]);
    await push.says(/Deploy/, 60);
    const stopped = await stack.interrupt();
    expect(stopped.seconds).to.be.greaterThan(0);
    await push.finished;
    expect(apiProcesses(laptop)).to.deep.equal([]);

    const refused = await laptop.push();
    expect(refused.output).to.match(/npm start/);

    stack = laptop.begin("npm", ["start"]);
    await stack.says(/Udagram is live/, startSeconds);
    expect((await visit(laptop)).release).to.contain(laptop.git("rev-parse", "--short=7", "HEAD"));
    const login = await fetch(`${laptop.state.api}/api/v0/users/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ana@example.com", password: "correct horse" }),
    });
    expect(login.status).to.equal(200);
  });

  it("npm start of a head that is live deploys nothing", async () => {
    await stack.interrupt();
    stack = laptop.begin("npm", ["start"]);
    await stack.says(/live already/, startSeconds);
    await stack.says(/Udagram is live/, 10);
    expect((await stack.interrupt()).code).to.equal(0);
  });
});
