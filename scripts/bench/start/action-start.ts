import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../root.ts";
import { actionEnvironment } from "../action-environment.ts";
import { median } from "../median.ts";

const rounds = 9;

/** A Node process that does nothing but sign one request as AWS wants it and send it. */
const bare = `
import { createHash, createHmac } from "node:crypto";
import { request } from "node:http";
const url = new URL(process.env.TARGET + "/bucket?list-type=2");
const date = new Date().toISOString().replace(/[-:]|\\.\\d+/g, "");
const hash = (data) => createHash("sha256").update(data).digest("hex");
const mac = (key, data) => createHmac("sha256", key).update(data).digest();
const scope = date.slice(0, 8) + "/us-east-1/s3/aws4_request";
const canonical = ["GET", url.pathname, "list-type=2", "host:" + url.host, "x-amz-date:" + date, "", "host;x-amz-date", hash("")].join("\\n");
const key = scope.split("/").reduce((signing, part) => mac(signing, part), "AWS4secret");
const signature = createHmac("sha256", key).update(["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\\n")).digest("hex");
request(url, { headers: { "x-amz-date": date, authorization: "AWS4-HMAC-SHA256 Credential=key/" + scope + ", SignedHeaders=host;x-amz-date, Signature=" + signature } }, (response) => response.resume()).end();
`;

/** Time from the start of a process to its first request: the s3-sync bundle beside a bare Node process. */
export async function benchActionStart(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "udagram-bench-"));
  const script = join(folder, "bare.mjs");
  writeFileSync(script, bare);
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>x</title>");
  const server = await firstRequests();
  const { port } = server.http.address() as AddressInfo;
  const target = `http://127.0.0.1:${port}`;
  const env = actionEnvironment({
    action: "s3-sync",
    inputs: { source: folder, bucket: "bucket", "aws-region": "us-east-1" },
    endpoint: target,
    credentials: { accessKeyId: "key", secretAccessKey: createHmac("sha256", "bench").digest("hex") },
    folder,
  });
  try {
    const bareMs: number[] = [];
    const actionMs: number[] = [];
    // Once unmeasured, to its end: then Node writes down what it compiled, as it does for the local runner.
    await new Promise((resolve) => {
      spawn(process.execPath, [join(root, "actions/dist/s3-sync.js")], { env, stdio: "ignore" }).once(
        "close",
        resolve,
      );
    });
    for (let round = 0; round < rounds; round += 1) {
      bareMs.push(await timeToFirstRequest(server, script, { ...env, TARGET: target }));
      actionMs.push(await timeToFirstRequest(server, join(root, "actions/dist/s3-sync.js"), env));
    }
    const ratio = median(actionMs) / median(bareMs);
    return [
      "| process | first request after (median of 9) | ratio | target |",
      "|---|---|---|---|",
      `| bare Node, one signed request | ${median(bareMs).toFixed(0)} ms | 1.0 | |`,
      `| the committed \`s3-sync\` bundle | ${median(actionMs).toFixed(0)} ms | ${ratio.toFixed(1)} | 2.0 |`,
    ].join("\n");
  } finally {
    server.http.closeAllConnections();
    server.http.close();
    rmSync(folder, { recursive: true });
  }
}

interface FirstRequests {
  readonly http: Server;
  next(): Promise<void>;
}

async function firstRequests(): Promise<FirstRequests> {
  let arrived: () => void = () => {};
  const http = createServer((_, response) => {
    arrived();
    response.writeHead(403).end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    http,
    next: () =>
      new Promise((resolve) => {
        arrived = resolve;
      }),
  };
}

async function timeToFirstRequest(
  server: FirstRequests,
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const request = server.next();
  const started = performance.now();
  const child = spawn(process.execPath, [script], { env, stdio: "ignore" });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", () => reject(new Error(`${script} ended without a request`)));
  });
  await Promise.race([request, ended]);
  const elapsed = performance.now() - started;
  ended.catch(() => {});
  // Its last request must not be taken for the first one of the next process.
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await gone;
  return elapsed;
}
