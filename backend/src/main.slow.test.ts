import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { environmentFor } from "./testing/api.ts";
import { createTestDatabase, migrate, type TestDatabase } from "./testing/database.ts";

interface Run {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<number | null>;
  line(pattern: RegExp): Promise<string>;
}

/** Runs the API as the platform does: a process with an environment, and nothing else. */
function run(environment: Record<string, string>): Run {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: "true", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      lines.push(...chunk.toString().split("\n").filter(Boolean));
      for (const wake of waiting) wake();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    child,
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        ended.then(() => reject(new Error(`it ended without ${pattern}:\n${lines.join("\n")}`)));
        look();
      }),
  };
}

describe("the process", () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
    await migrate(database);
  });
  after(() => database.drop());

  it("refuses to start without its settings, and names all that are missing", async () => {
    const { ended, lines } = run({ POSTGRES_HOST: "db", PORT: "x" });
    expect(await ended).to.equal(1);
    const text = lines.join("\n");
    for (const name of ["PORT must be", "URL is not set", "POSTGRES_DB", "AWS_BUCKET", "JWT_SECRET"]) {
      expect(text).to.contain(name);
    }
  });

  it("listens, says so, and on SIGTERM ends with 0", async () => {
    const api = run(environmentFor(database));
    const { port, version } = JSON.parse(await api.line(/"listening"/));
    expect(version).to.equal("dev");
    await api.line(/connected to the database/);
    const health = await fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: "close" } });
    expect(health.status).to.equal(200);
    api.child.kill("SIGTERM");
    expect(await api.ended).to.equal(0);
  });

  it("says when the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const { port } = other.address() as { port: number };
    try {
      const { ended, lines } = run({ ...environmentFor(database), PORT: String(port) });
      expect(await ended).to.equal(1);
      expect(lines.join("\n")).to.contain(`port ${port} is in use; set PORT to a free one`);
    } finally {
      other.close();
    }
  });
});
