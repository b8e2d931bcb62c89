import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import type { RunEvent } from "../run-events.ts";
import { type Fixture, startFixture, workflow } from "./server-fixture.ts";

const slow = workflow("Slow", "workflow_dispatch:", "- name: Sleep\n  run: echo dreaming; sleep 600");
const queued = workflow("Queued", "workflow_dispatch:", "- name: Sleep\n  run: sleep 0.3").replace(
  "permissions: {}",
  "permissions: {}\nconcurrency: {group: deploy, queue: max}",
);

describe("the local GitHub", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Slow", {
      ".github/workflows/slow.yml": slow,
      ".github/workflows/queued.yml": queued,
    });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  const untilStep = async (id: number, name: string): Promise<void> => {
    for await (const event of fixture.github.follow(id)) {
      if (event.type === "step-started" && event.name === name) return;
    }
  };

  describe("runs", () => {
    it("of one concurrency group wait for each other and say so", async () => {
      const first = await fixture.github.dispatch("queued.yml", "main", {});
      const second = await fixture.github.dispatch("queued.yml", "main", {});
      const events: RunEvent[] = [];
      for await (const event of fixture.github.follow(second.id)) events.push(event);
      expect(events.find(({ type }) => type === "run-waiting")).deep.include({ group: "deploy", behind: 1 });
      expect(fixture.github.run(first.id)?.conclusion).equal("success");
      expect(fixture.github.run(second.id)).include({ conclusion: "success", number: 2 });
      expect(fixture.github.latestRun("queued.yml", second.sha)?.id).equal(second.id);
    });

    it("are interrupted by a stop, and go on as their next attempt", async () => {
      const run = await fixture.github.dispatch("slow.yml", "main", {});
      await untilStep(run.id, "Sleep");
      const followed: string[] = [];
      const following = (async () => {
        for await (const event of fixture.github.follow(run.id)) followed.push(event.type);
      })();
      // A stop waits for nobody, not even for a step of ten minutes.
      fixture = await fixture.restart();
      await following;
      expect(followed).not.include("run-ended");
      expect(fixture.github.run(run.id)).include({ state: "interrupted", conclusion: undefined });

      const again = await fixture.github.rerun(run.id);
      expect(again).include({ id: run.id, attempt: 2, number: run.number });
      await untilStep(run.id, "Sleep");
      expect(fixture.github.cancelRun(run.id)).equal(true);
      expect(await fixture.github.waitForRun(run.id)).include({ state: "ended", conclusion: "cancelled" });

      const { actions } = fixture.octokit;
      const of = { ...fixture.repo, run_id: run.id };
      const { data: latest } = await actions.listJobsForWorkflowRun(of);
      expect(latest.jobs.map(({ run_attempt }) => run_attempt)).deep.equal([2]);
      const { data: all } = await actions.listJobsForWorkflowRun({ ...of, filter: "all" });
      expect(all.jobs.map(({ run_attempt }) => run_attempt)).deep.equal([2, 1]);
      for (const { id, run_attempt } of all.jobs) {
        const asked = actions.downloadJobLogsForWorkflowRun({ ...fixture.repo, job_id: id });
        // The first attempt was cut off: its job is not over, and has no log yet.
        const status = await asked.then(
          ({ data }) => String(data),
          ({ status }) => status,
        );
        if (run_attempt === 1) expect(status).equal(404);
        else expect(status).match(/^\S+Z /);
      }
    });

    it("count as running for ever when their machine is gone and nobody has noticed", async () => {
      const run = await fixture.github.dispatch("slow.yml", "main", {});
      await untilStep(run.id, "Sleep");
      expect(fixture.github.loseRun(run.id)).equal(true);
      expect(await fixture.github.waitForRun(run.id)).include({ state: "running", conclusion: undefined });
      const { data } = await fixture.octokit.actions.getWorkflowRun({ ...fixture.repo, run_id: run.id });
      expect(data.status).equal("in_progress");
    });

    it("are read although a kill tore the last line of their events", async () => {
      const [run] = fixture.github.runs();
      const folder = join(fixture.directory, "github/runs", String(run?.id));
      appendFileSync(join(folder, "events.ndjson"), '{"type":"line","jo');
      const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({
        ...fixture.repo,
        run_id: run?.id ?? 0,
      });
      expect(data.total_count).equal(1);
    });
  });

  describe("its folder", () => {
    it("keeps secrets from everybody else", () => {
      const mode = (name: string): number => statSync(join(fixture.directory, "github", name)).mode & 0o777;
      fixture.github.setSettings({ variables: {}, secrets: { KEY: "value" }, environments: {} });
      expect(mode(".")).equal(0o700);
      for (const name of ["token.json", "settings.json", "server.json", "oidc-key.json"])
        expect(mode(name)).equal(0o600);
    });

    it("keeps the token, so that outside clients go on after a restart", async () => {
      const { token } = fixture.github;
      fixture = await fixture.restart();
      expect(fixture.github.token).equal(token);
    });

    it("damaged in a file is named with that file and the remedy", async () => {
      const file = join(fixture.directory, "github/deployments.json");
      await fixture.github.stop();
      writeFileSync(file, "{ not json");
      try {
        await fixture.restart();
        expect.fail("it started");
      } catch (error) {
        expect(error).include({ code: "DamagedState" });
        expect((error as Error).message).contain("deployments.json");
        expect((error as { hint: string }).hint).contain("npm run reset");
      }
      writeFileSync(file, "[]");
      fixture = await fixture.restart();
    });

    it("says where the server is only while it is there", async () => {
      const file = join(fixture.directory, "github/server.json");
      expect(existsSync(file)).equal(true);
      await fixture.github.stop();
      expect(existsSync(file)).equal(false);
      fixture = await fixture.restart();
    });
  });

  describe("its port", () => {
    it("taken by another program is an error that names it", async () => {
      const port = Number(new URL(fixture.github.url).port);
      const second = startFixture({ port });
      await second.then(
        () => expect.fail("it started"),
        (error: unknown) => {
          expect(error).include({ code: "PortInUse" });
          expect((error as Error).message).contain(String(port));
        },
      );
    });
  });

  describe("faults", () => {
    const switchOn = (fault: object) =>
      fetch(`${fixture.github.url}/_local/faults`, { method: "POST", body: JSON.stringify(fault) });
    const ask = () => fixture.octokit.repos.get(fixture.repo);
    const status = (call: Promise<{ status: number }>) =>
      call.then(
        (answer) => answer.status,
        (error: { status: number }) => error.status,
      );
    afterEach(() => fetch(`${fixture.github.url}/_local/faults`, { method: "DELETE" }));

    it("answer a status, as often as asked", async () => {
      await switchOn({ method: "GET", path: "/repos/local/udagram$", status: 502, times: 2 });
      expect([await status(ask()), await status(ask()), await status(ask())]).deep.equal([502, 502, 200]);
      expect((await fixture.octokit.repos.listCommits(fixture.repo)).status).equal(200);
    });

    it("spare the first ones, and hold a request until faults are cleared", async () => {
      await switchOn({ path: "/repos/local/udagram$", after: 1, hold: "before" });
      expect(await status(ask())).equal(200);
      let isAnswered = false;
      const held = ask().then(() => {
        isAnswered = true;
      });
      const struck = async (): Promise<boolean> => {
        const [fault] = (await (await fetch(`${fixture.github.url}/_local/faults`)).json()) as {
          struck: number;
        }[];
        return fault?.struck === 1;
      };
      await until(struck);
      expect(isAnswered).equal(false);
      await fetch(`${fixture.github.url}/_local/faults`, { method: "DELETE" });
      await held;
    });

    it("cut the connection before or after the request takes effect", async () => {
      const create = () =>
        fixture.octokit.repos.createDeployment({
          ...fixture.repo,
          ref: "main",
          auto_merge: false,
          required_contexts: [],
        });
      const count = async () => (await fixture.octokit.repos.listDeployments(fixture.repo)).data.length;
      await switchOn({ method: "POST", path: "/deployments", drop: "before", times: 1 });
      await create().then(
        () => expect.fail("it was answered"),
        () => {},
      );
      expect(await count()).equal(0);
      await switchOn({ method: "POST", path: "/deployments", drop: "after", times: 1 });
      await create().then(
        () => expect.fail("it was answered"),
        () => {},
      );
      expect(await count()).equal(1);
    });

    it("delay", async () => {
      await switchOn({ path: "/repos/", delayMs: 150, times: 1 });
      const started = performance.now();
      await ask();
      expect(performance.now() - started).greaterThan(140);
    });

    it("that are misspelt are refused", async () => {
      const response = await switchOn({ paht: "/" });
      expect(response.status).equal(422);
      expect(await response.text()).contain("paht");
    });
  });

  describe("the request log", () => {
    it("has who asked what, and how it was answered", async () => {
      await fixture.octokit.repos.get(fixture.repo);
      const log = join(fixture.directory, "github/requests.ndjson");
      const last = () => JSON.parse(readFileSync(log, "utf8").trim().split("\n").at(-1) ?? "");
      await until(() => last().path === "/api/v3/repos/local/udagram");
      expect(last()).include({ method: "GET", status: 200, by: "you" });
    });
  });

  describe("requests that a web page elsewhere makes its reader send", () => {
    const send = (method: string, headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${fixture.github.url}/_local/faults`, { method, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        outgoing.once("error", reject);
        outgoing.end(method === "POST" ? "{}" : undefined);
      });

    it("are refused, by a foreign name or from a foreign origin", async () => {
      expect(await send("GET", { host: "evil.example" })).equal(403);
      expect(await send("POST", { origin: "http://evil.example" })).equal(403);
      expect(await send("POST", { origin: fixture.github.url })).equal(200);
      await fetch(`${fixture.github.url}/_local/faults`, { method: "DELETE" });
    });
  });
});
