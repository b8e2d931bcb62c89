import type { ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentFor } from "../../backend/src/testing/api.ts";
import { createTestDatabase, migrate, type TestDatabase } from "../../backend/src/testing/database.ts";
import { type Postgres, startPostgres } from "../../local/aws/postgres/postgres.ts";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import { baseEnvironment } from "../../local/environment.ts";
import { Processes } from "../../local/processes.ts";
import { bundleModule } from "../../pipeline/build/esbuild.ts";
import { root } from "../root.ts";

/** Where both servers say their posts' photos are, so that they send the same bytes. */
const publicUrl = "http://api.example";

/** The API and the bare server, two instances of each on one database, by port. */
export interface Servers {
  readonly database: TestDatabase;
  readonly api: readonly number[];
  startBare(token: string): Promise<readonly number[]>;
  /** Runs one of the scripts beside this file to its end; what it printed. */
  run(script: string, argument: string): Promise<string>;
}

/** Starts what the bench needs, and ends all of it, also on Ctrl-C. */
export async function withServers<Result>(work: (servers: Servers) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "udagram-bench-"));
  const processes = new Processes(join(folder, "processes.json"));
  const environment = baseEnvironment(process.env, folder);
  let isInterrupted = false;
  const interrupted = (): void => {
    isInterrupted = true;
    void processes.endAll(3000).finally(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(130);
    });
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  let postgres: Postgres | undefined;
  let aws: AwsServer | undefined;
  try {
    postgres = await startPostgres({
      directory: join(folder, "postgres"),
      port: 0,
      processes,
      environment,
      listen: "127.0.0.1",
    });
    process.env.TEST_DATABASE_URL = postgres.url;
    process.env.TEST_DATABASE_CA = postgres.caFile;
    const database = await createTestDatabase();
    await migrate(database);
    aws = await startAws({
      directory: join(folder, "aws"),
      port: 0,
      region: "us-east-1",
      accountId: "000000000000",
      services: [],
    });
    aws.provisionBucket({ name: "media" });
    const settings = {
      ...environment,
      ...environmentFor(database),
      POSTGRES_POOL_SIZE: "10",
      API_URL: publicUrl,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    };
    /** Two processes of one server, bundled as the `build` action bundles the API, their output in files. */
    const startTwo = async (name: string, entry: string, env: Record<string, string>): Promise<number[]> => {
      const script = join(folder, `${name}.mjs`);
      writeFileSync(script, await bundleModule(root, name, { entryPoints: [entry] }));
      const start = (instance: number): Promise<number> => {
        const log = join(folder, `${name}-${instance}.log`);
        const output = openSync(log, "w");
        const child = processes.start(process.execPath, [script], {
          cwd: folder,
          env,
          stdio: ["ignore", output, output],
        });
        closeSync(output);
        return portIn(log, child);
      };
      return await Promise.all([1, 2].map(start));
    };
    return await work({
      database,
      api: await startTwo("api", "backend/src/main.ts", settings),
      startBare: (token) =>
        startTwo("bare", "scripts/bench/api-bare.ts", { ...settings, BENCH_TOKEN: token }),
      run: (script, argument) =>
        outputOf(
          processes.start(process.execPath, [join(import.meta.dirname, script), argument], {
            env: environment,
            stdio: ["ignore", "pipe", "pipe"],
          }),
        ),
    });
  } catch (error) {
    // What then fails is no news: the signal's handler cleans up and exits.
    if (isInterrupted) await new Promise(() => {});
    throw error;
  } finally {
    await aws?.close();
    await postgres?.stop();
    await processes.endAll(2000);
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both servers print their port as JSON when they listen. */
async function portIn(log: string, child: ChildProcess): Promise<number> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const port = /"port":(\d+)/.exec(readFileSync(log, "utf8"))?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`the server did not start:\n${readFileSync(log, "utf8")}`);
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = "";
  let errors = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(`the load generator failed:\n${errors}`);
  return output;
}
