import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  type Files,
  policy,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { systemClock } from "../kit/clock.ts";
import { type DeployOutcome, deployVersion } from "./deploy-version.ts";
import { failureMessage, remedy, summaryOf } from "./report.ts";

const hook = (content: string): Files => ({
  ...app("bad"),
  ".platform/hooks/predeploy/01_check.sh": content,
});
const listening = (port: string, handler: string): Files => ({
  Procfile: "web: node server.mjs\n",
  "server.mjs": `import http from "node:http";
console.log("starting");
http.createServer((request, response) => { ${handler} }).listen(${port}, "127.0.0.1");
`,
});
const answering = (status: number, log: string): Files =>
  listening("process.env.PORT", `console.log(${log}); response.writeHead(${status}).end();`);

const structured = (message: string): string =>
  `console.log(JSON.stringify({ level: 60, time: Date.now(), err: { message: ${JSON.stringify(message)} } })); process.exit(1);`;

/** What is deployed, what the reason has to name, and what the hint has to say. */
const reasons: readonly (readonly [what: string, files: Files, sentence: RegExp, hint: RegExp])[] = [
  [
    "a hook that fails",
    hook("#!/bin/sh\necho no licence file >&2\nexit 7\n"),
    /^Command \.platform\/hooks\/predeploy\/01_check\.sh failed with error exit status 7\. Stderr:no licence file \(step RunAppDeployPreDeployHooks\)$/,
    /^mend what the engine's log names/,
  ],
  [
    "a hook with CRLF line ends",
    hook("#!/bin/sh\r\nexit 0\r\n"),
    /01_check\.sh.*no such file/,
    /LF line ends/,
  ],
  ["a hook without an interpreter", hook("exit 0\n"), /01_check\.sh.*exec format error/, /#!\/bin\/bash/],
  [
    "a container command",
    { ...app("bad"), ".ebextensions/a.config": "container_commands:\n  01_fails: { command: exit 9 }\n" },
    /^Command 01_fails failed with error exit status 9/,
    /^mend what/,
  ],
  [
    "another Node.js in engines",
    { ...app("bad"), "package.json": JSON.stringify({ engines: { node: "18.x" } }) },
    /"18\.x" in engines\.node/,
    /`engines\.node`/,
  ],
  ["nothing to start", { "readme.txt": "nothing" }, /Procfile|start/, /add a Procfile/],
  ["another port", listening("47111", "response.end();"), /ECONNREFUSED 127\.0\.0\.1:\d+/, /variable PORT/],
  [
    "a missing variable, in a structured log",
    app("bad", structured("TOKEN_SECRET is not set")),
    /^TOKEN_SECRET is not set$/,
    /set that property of the environment/,
  ],
  [
    "a database that refuses",
    app("bad", structured('password authentication failed for user "udagram"')),
    /password authentication failed for user "udagram"/,
    /database's address and password/,
  ],
  [
    "an end without a word of why",
    app("bad", `console.log("no licence"); process.exit(4);`),
    /^[Pp]rocess web exited with status 4; its last words: no licence$/,
    /log why it ends/,
  ],
  [
    "the end by a signal",
    app("bad", `process.kill(process.pid, "SIGKILL");`),
    /process web was ended by SIGKILL/,
    /memory/,
  ],
  [
    "a health path that answers 404",
    answering(404, `JSON.stringify({ level: 30, msg: "request", status: 404, url: request.url })`),
    /^Target\.ResponseCodeMismatch: health checks of \/ failed with status code 404$/,
    /MatcherHTTPCode/,
  ],
  [
    "a health path that answers 500",
    answering(
      500,
      `JSON.stringify({ level: 50, time: Date.now(), err: { message: "relation users does not exist" }, status: 500 })`,
    ),
    /status code 500; the application says: relation users does not exist$/,
    /with an error/,
  ],
];

describe("the reason of a failed deploy", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk({ drainMs: 100, stopGraceMs: 300, deploymentHealthMs: 2000 });
    await fixture.version("v1", app("v1"));
    await fixture.environment("main", "v1", {
      ...policy("AllAtOnce"),
      "aws:autoscaling:asg": { MinSize: "1" },
    });
  });
  after(() => fixture.close());

  function deploy(label: string): Promise<DeployOutcome> {
    return deployVersion(
      { eb: fixture.client, application: "udagram", environment: "main" },
      {
        label,
        source: { bucket: "artifacts", key: `${label}.zip` },
        labelIsContent: true,
        answersAt: undefined,
      },
      {
        accepted: ["Green"],
        acceptUnknown: false,
        busy: { mode: "wait", waitMs: 20_000 },
        timeoutMinutes: 1,
        force: true,
        dryRun: false,
        preflight: "refuse",
        wait: true,
      },
      { note: "run 1" },
      {
        runner: { info: () => {}, group: (_title, body) => body() },
        clock: { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 4, signal) },
        signal: new AbortController().signal,
      },
    );
  }

  for (const [index, [what, files, sentence, hint]] of reasons.entries()) {
    // Each comes after another that failed: what that one left in the logs is not the reason of this one.
    it(`names ${what}`, async () => {
      const label = `bad-${index}`;
      fixture.bundles.set(`artifacts/${label}.zip`, await zip(files));
      const result = await deploy(label);
      expect(result.cause?.sentence).to.match(sentence);
      expect(result.cause?.sentence.length).to.be.at.most(300);
      expect(remedy(result)).to.match(hint);
      const said = failureMessage(result, "main");
      expect(said).to.match(/^version "bad-\d+" is not live on "main" \([\w-]+\): /);
      expect(said.split("\n", 1)[0]).to.include(result.cause?.sentence);
      expect(summaryOf(result, "main")).to.match(/\n\*\*.+\*\*\n/);
    });
  }
});
