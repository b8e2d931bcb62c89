// The load generator, a process of its own: asks the servers in turn, as often as `concurrency` clients can, and prints what
// it saw. Its one argument is a `Load` as JSON.
import { Agent, request } from "node:http";

export interface Load {
  readonly ports: readonly number[];
  readonly method: string;
  /** `{n}` in it is another number with each request: no two ask the same at once. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Any other status ends the bench. */
  readonly status: number;
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Seen {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** How much of one core the generator itself took: near 1 it is what was measured. */
  readonly generatorLoad: number;
}

async function generate(load: Load): Promise<Seen> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.concurrency });
  const begin = performance.now() + load.warmUpMs;
  const end = begin + load.measureMs;
  const latencies: number[] = [];
  let turn = 0;
  const client = async (): Promise<void> => {
    for (let sent = performance.now(); sent < end; ) {
      turn += 1;
      const path = load.path.replace("{n}", String(500 + (turn % 500)));
      await ask({ ...load, path }, agent, load.ports[turn % load.ports.length] ?? 0);
      const answered = performance.now();
      if (answered >= begin && answered < end) latencies.push(answered - sent);
      sent = answered;
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: load.concurrency }, client));
  const { user, system } = process.cpuUsage(before);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / (load.measureMs / 1000),
    p99Ms: latencies[Math.ceil(latencies.length * 0.99) - 1] ?? Number.NaN,
    requests: latencies.length,
    generatorLoad: (user + system) / 1000 / (performance.now() - begin + load.warmUpMs),
  };
}

/** One request, to the last byte of its answer. */
function ask(load: Load, agent: Agent, port: number): Promise<void> {
  const { method, path, headers, body, status } = load;
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      response.once("error", reject);
      if (response.statusCode === status) {
        response.once("end", resolve).resume();
        return;
      }
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () => reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`)));
    });
    sent.once("error", reject);
    sent.setTimeout(20_000, () => sent.destroy(new Error(`${method} ${path}: no answer within 20 s`)));
    sent.end(body);
  });
}

console.log(JSON.stringify(await generate(JSON.parse(process.argv[2] ?? "") as Load)));
