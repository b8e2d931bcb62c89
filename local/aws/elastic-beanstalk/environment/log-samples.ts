import { randomBytes } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { basename, join } from "node:path";
import type { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { closeServer, listen } from "../../listen.ts";
import { lastLines } from "../instance/last-lines.ts";
import type { Environment, LogSample } from "../model.ts";

const tailLines = 100;
const tailMinutes = 15;
/** "Bundle logs are deleted from S3 15 minutes after", and those of instances that an immutable update dropped, 1 hour. */
const departedMinutes = 60;

/** The last lines of each log of an instance, in the layout of EB's TailLogs. */
function tailOf(logDirectory: string): string {
  const rule = "-".repeat(40);
  return logFiles(logDirectory)
    .map((name) => `${rule}\n/var/log/${name}\n${rule}\n${lastLines(join(logDirectory, name), tailLines)}\n`)
    .join("\n\n");
}

function logFiles(directory: string): string[] {
  return existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith(".log"))
        .sort()
    : [];
}

/**
 * Samples of instances' logs, and the addresses from which they are read. EB keeps them in S3 behind presigned URLs; here
 * a listener of its own serves them under names that cannot be guessed.
 */
export class LogSamples {
  readonly #directory: string;
  readonly #now: () => Date;
  #server: Server | undefined;
  #port = 0;

  constructor(directory: string, now: () => Date) {
    this.#directory = join(directory, "_log-samples");
    this.#now = now;
  }

  async listen(port: number): Promise<void> {
    this.#port = port;
    this.#server = await listen(port, "the logs of instances", (request, response) =>
      this.#answer(request, response),
    );
  }

  async close(): Promise<void> {
    if (this.#server?.listening) await closeServer(this.#server);
  }

  url(sample: LogSample): string {
    return `http://127.0.0.1:${this.#port}/${basename(sample.file)}`;
  }

  /** Takes the logs of an instance as they are now. */
  async take(
    type: LogSample["type"],
    instance: { readonly id: string; readonly logDirectory: string },
    departed: boolean,
  ): Promise<LogSample> {
    mkdirSync(this.#directory, { recursive: true });
    const now = this.#now();
    const unguessable = randomBytes(16).toString("hex");
    const name =
      type === "tail"
        ? `TailLogs-${now.getTime()}-${unguessable}.txt`
        : `BundleLogs-${now.getTime()}-${unguessable}.zip`;
    const file = join(this.#directory, name);
    if (type === "tail") writeFileSync(file, tailOf(instance.logDirectory));
    else await writeBundle(instance.logDirectory, file);
    const minutes = departed ? departedMinutes : tailMinutes;
    return {
      type,
      instanceId: instance.id,
      at: now.toISOString(),
      expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
      file,
      departed,
    };
  }

  /** Removes what is over its time. */
  expire(environment: Pick<Environment, "logs">): void {
    const now = this.#now().toISOString();
    this.remove(environment, ({ expiresAt }) => expiresAt <= now);
  }

  remove(environment: Pick<Environment, "logs">, unwanted: (sample: LogSample) => boolean): void {
    for (const { file } of environment.logs.filter(unwanted)) rmSync(file, { force: true });
    environment.logs = environment.logs.filter((sample) => !unwanted(sample));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const name = request.url?.split("?", 1)[0]?.slice(1) ?? "";
    const file = join(this.#directory, name);
    if (!/^(Tail|Bundle)Logs-\d+-[0-9a-f]{32}\.(txt|zip)$/.test(name) || !existsSync(file)) {
      response.writeHead(404, { "content-type": "text/plain" }).end("These logs do not exist any more.\n");
      return;
    }
    const type = name.endsWith(".zip") ? "application/zip" : "text/plain; charset=utf-8";
    response.writeHead(200, { "content-type": type });
    pipeline(createReadStream(file), response).catch(() => response.destroy());
  }
}

/** Logs grow while they are read: as streams, since yazl takes a file only at the size that it had first. */
async function writeBundle(logDirectory: string, file: string): Promise<void> {
  const zip = new ZipFile();
  for (const name of logFiles(logDirectory)) {
    zip.addReadStreamLazy(`var/log/${name}`, (take) =>
      take(null, createReadStream(join(logDirectory, name))),
    );
  }
  const output = zip.outputStream as PassThrough;
  zip.once("error", (error) => output.destroy(error as Error));
  zip.end();
  await pipeline(output, createWriteStream(file));
}
