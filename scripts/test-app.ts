// npm run test:app [-- backend|frontend …] [--quick]: the suites of the application, against a PostgreSQL of their own. A
// database that TEST_DATABASE_URL (and TEST_DATABASE_CA, a file) already names is used as it is. `--quick` leaves out what
// takes long: files named *.slow.test.ts, and the browser. The browser is the one that CHROME_PATH names, else one that is found;
// with SCREENSHOTS=docs/screenshots its tests also write the pictures.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Postgres, startPostgres } from "../local/aws/postgres/postgres.ts";
import { baseEnvironment } from "../local/environment.ts";
import { endOrphans, Processes } from "../local/processes.ts";
import { root } from "./root.ts";
import { appSuites, testFilesOf } from "./test/app-suites.ts";

/** Names of the caller's variables that tests may see beside the base environment. */
const passedOn = [
  "CI",
  // "self-hosted" on the laptop's runner: unlike on GitHub's machines, a browser may be missing there.
  "RUNNER_ENVIRONMENT",
  "CHROME_PATH",
  "PLAYWRIGHT_BROWSERS_PATH",
  "SCREENSHOTS",
  "TEST_DATABASE_URL",
  "TEST_DATABASE_CA",
  // By which the action `test` learns of each test.
  "MOCHA_OPTIONS",
  "TEST_EVENTS_FILE",
];

interface Interruption {
  /** What the shell expects of a program that a signal ended. */
  exitCode: number | undefined;
  onSignal: () => void;
}

/** Turns the first SIGINT, SIGTERM or SIGHUP into an orderly end: without it the database would stay behind. */
function watchSignals(): Interruption {
  const state: Interruption = { exitCode: undefined, onSignal: () => {} };
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => {
      state.exitCode ??= exitCode;
      state.onSignal();
    });
  }
  return state;
}

async function runMocha(
  files: readonly string[],
  environment: Record<string, string>,
  processes: Processes,
  interruption: Interruption,
): Promise<number> {
  const mocha = join(
    dirname(createRequire(import.meta.url).resolve("mocha/package.json")),
    "bin",
    "mocha.js",
  );
  const child = processes.start(process.execPath, [mocha, ...files], {
    cwd: root,
    stdio: "inherit",
    env: environment,
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
  interruption.onSignal = () => void processes.end(child.pid ?? 0, 3000);
  return await ended;
}

/** The browser's flows run against the real API, so they need its database too. */
const needsDatabase = /^backend\/|^frontend\/browser\//;

async function main(args: readonly string[]): Promise<number> {
  const quick = args.includes("--quick");
  const named = args.filter((arg) => arg !== "--quick");
  const unknown = named.filter((name) => !(appSuites as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new Error(`unknown suite "${unknown.join('", "')}"; the suites are ${appSuites.join(" and ")}`);
  }
  const chosen = appSuites.filter((suite) => named.length === 0 || named.includes(suite));
  const files = chosen.flatMap((suite) => testFilesOf(suite, quick));
  if (files.length === 0) {
    process.stdout.write(`no tests in ${chosen.join(" and ")} yet\n`);
    return 0;
  }
  const interruption = watchSignals();
  const folder = mkdtempSync(join(tmpdir(), "udagram-test-"));
  const ledger = join(folder, "processes.json");
  const processes = new Processes(ledger);
  const environment = baseEnvironment(process.env, folder);
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  // Playwright looks for the browsers that it installed below HOME, which is another folder for tests.
  const browsers = join(process.env.HOME ?? "", ".cache/ms-playwright");
  if (existsSync(browsers)) environment.PLAYWRIGHT_BROWSERS_PATH ??= browsers;
  let postgres: Postgres | undefined;
  try {
    if (environment.TEST_DATABASE_URL === undefined && files.some((file) => needsDatabase.test(file))) {
      postgres = await startPostgres({
        directory: join(folder, "postgres"),
        port: 0,
        processes,
        environment,
        listen: "127.0.0.1",
        isThrowaway: true,
      });
      environment.TEST_DATABASE_URL = postgres.url;
      environment.TEST_DATABASE_CA = postgres.caFile;
    }
    const code = interruption.exitCode ?? (await runMocha(files, environment, processes, interruption));
    return interruption.exitCode ?? code;
  } finally {
    await postgres?.stop();
    await processes.endAll(500);
    await endOrphans(ledger);
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
