import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { skipTests } from "../exhaustive/release/commits.ts";
import { Laptop, type Running } from "../laptop.ts";

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

/** Ids of the API's processes, by where they run: they change when, and only when, the API is deployed. */
function apiProcesses(laptop: Laptop): number[] {
  const instances = join(laptop.clone, ".local/aws/eb");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(instances);
      } catch {
        return false;
      }
    })
    .map(Number)
    .sort();
}

/** Everything that the stack started, directly or not, with its environment. */
function processesOf(laptop: Laptop): { pid: string; environment: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [{ pid, environment: readFileSync(`/proc/${pid}/environ`, "latin1") }];
      } catch {
        return [];
      }
    })
    .filter(({ environment }) => environment.includes(`UDAGRAM_STACK=${join(laptop.clone, ".local")}`));
}

describe("push to deploy", function () {
  this.timeout(900_000);
  const laptop = new Laptop();
  // What a developer's shell may hold: none of it may reach anything that the stack starts.
  const hostile = {
    AWS_ACCESS_KEY_ID: "AKIAREALACCOUNT00001",
    AWS_SECRET_ACCESS_KEY: "real-secret-of-the-caller",
    AWS_PROFILE: "profile-of-the-caller",
    AWS_ENDPOINT_URL: "https://s3.us-east-1.amazonaws.com",
    GITHUB_TOKEN: "ghp_real_token_of_the_caller",
    PGPASSWORD: "real-password-of-the-caller",
    PGHOST: "db-of-the-caller.example.com",
    DATABASE_URL: "postgres://real:secret-of-the-caller@production.example.com/live",
    NODE_OPTIONS: "--no-warnings",
  };
  laptop.environment = hostile;
  let stack: Running;
  let first: Awaited<ReturnType<typeof visit>>;

  after(() => laptop.dispose());

  it("npm start takes HEAD live and says where", async () => {
    stack = laptop.begin("npm", ["start"]);
    await stack.says(/Udagram is live/);
    first = await visit(laptop);
    expect(first.page).to.equal(200);
    expect(first.release).to.match(
      new RegExp(`^\\d{8}T\\d{6}Z-${laptop.git("rev-parse", "--short=7", "HEAD")}$`),
    );
    expect(stack.output).to.contain(laptop.state.site).and.to.contain(laptop.state.api);
  });

  it("keeps the caller's credentials to itself", () => {
    const values = Object.values(hostile).filter((value) => value !== hostile.NODE_OPTIONS);
    const leaks = processesOf(laptop).flatMap(({ pid, environment }) =>
      values.filter((value) => environment.includes(value)).map((value) => `${pid}: ${value}`),
    );
    expect(processesOf(laptop).length).to.be.greaterThan(2);
    expect(leaks).to.deep.equal([]);
    for (const value of values) expect(laptop.logOfLatestRun()).to.not.contain(value);
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
    const log = laptop.logOfLatestRun();
    expect(log).to.match(/taken from run \d+, which built the same files/);
    expect(log)
      .to.match(/suite backend passed with the same/)
      .and.to.match(/suite frontend passed with the same/);
    expect(log).to.not.match(/npm ci|vite v\d|\d passing/);
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
    // The application's tests have run; what follows is about releases.
    skipTests(laptop);
    laptop.commit("CHANGELOG.md", laptop.read("CHANGELOG.md"), "Leave the tests out");
    laptop.commit(
      "backend/src/main.ts",
      `console.error("the tea kettle is missing");\nprocess.exit(3);\n${laptop.read("backend/src/main.ts")}`,
      "Break the API",
    );
    const push = await laptop.push();
    laptop.git("reset", "--quiet", "--hard", "HEAD~1");
    expect(push.output).to.match(/Deploy #\d+ failed/);
    expect(push.output).to.contain("the tea kettle is missing");
    expect({ seen: await visit(laptop), processes: apiProcesses(laptop) }).to.deep.equal(before);
  });

  it("a broken migration leaves schema, API and site as they were", async () => {
    const before = await visit(laptop);
    laptop.commit(
      "backend/migrations/29991231T000000Z-break.ts",
      `import type { QueryInterface } from "sequelize";
export const phase = "contract";
export async function up(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.createTable("Halves", { id: { type: "INTEGER" } });
  await queryInterface.sequelize.query("SELECT 1 / (count(*) - 1) AS broken FROM \\"Users\\"");
}
export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.dropTable("Halves");
}
`,
      "Break the schema",
    );
    const push = await laptop.push("--force", "HEAD:main");
    laptop.git("reset", "--quiet", "--hard", "HEAD~1");
    expect(push.output).to.match(/Deploy #\d+ failed/);
    expect(push.output).to.contain("division by zero").and.to.contain("29991231T000000Z-break");
    expect(await visit(laptop)).to.deep.equal(before);
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
    await push.says(/Deploy/);
    const stopped = await stack.interrupt();
    expect(stopped.seconds).to.be.greaterThan(0);
    await push.finished;
    expect(apiProcesses(laptop)).to.deep.equal([]);

    laptop.commit("CHANGELOG.md", `${laptop.read("CHANGELOG.md")}\n`, "Push while the stack is down");
    const refused = await laptop.push();
    laptop.git("reset", "--quiet", "--hard", "HEAD~1");
    expect(refused.code).to.not.equal(0);
    expect(refused.output).to.match(/npm start/);

    stack = laptop.begin("npm", ["start"]);
    await stack.says(/Udagram is live/);
    expect((await visit(laptop)).release).to.contain(laptop.git("rev-parse", "--short=7", "HEAD"));
    const login = await fetch(`${laptop.state.api}/api/v0/users/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ana@example.com", password: "correct horse" }),
    });
    expect(login.status).to.equal(200);
  });

  it("after a SIGKILL the next start ends what was left, and deploys nothing, since HEAD is live", async () => {
    const { pid } = JSON.parse(laptop.read(".local/stack.lock")) as { pid: number };
    const left = processesOf(laptop).map((one) => one.pid);
    process.kill(pid, "SIGKILL");
    await stack.finished;
    expect(apiProcesses(laptop)).to.have.length.greaterThan(0);

    stack = laptop.begin("npm", ["start"]);
    await stack.says(/live already/);
    await stack.says(/Udagram is live/);
    const running = new Set(processesOf(laptop).map((one) => one.pid));
    expect(left.filter((one) => running.has(one))).to.deep.equal([]);
    expect((await visit(laptop)).release).to.contain(laptop.git("rev-parse", "--short=7", "HEAD"));
    await stack.interrupt();
    expect(processesOf(laptop)).to.deep.equal([]);
  });
});
