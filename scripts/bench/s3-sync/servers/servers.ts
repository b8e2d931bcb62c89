import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { baseEnvironment } from "../../../../local/environment.ts";
import type { StandInHello, StandInQuestion, Traffic } from "./stand-in-process.ts";

/** The stand-in, and ways to it of several lengths. */
export interface Servers {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Of the stand-in itself. */
  readonly port: number;
  /** Without delay; for what is not measured. */
  readonly s3: S3Client;
  /** The port at which requests take this many milliseconds longer there and back. */
  portAt(rttMs: number): number;
  provision(bucket: string): Promise<void>;
  traffic(): Promise<Traffic>;
  close(): void;
}

/** Starts both processes; all that they keep is in `folder`. They end with this process, whatever ends it. */
export async function startServers(folder: string, roundTripsMs: readonly number[]): Promise<Servers> {
  const env = baseEnvironment(process.env, folder);
  const start = (script: string, ...args: string[]): ChildProcess =>
    fork(join(import.meta.dirname, script), args, { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const standIn = start("stand-in-process.ts", join(folder, "aws"));
  const hello = (await answerOf(standIn)) as StandInHello;
  const delayed = roundTripsMs.filter((ms) => ms > 0);
  const proxy = start("delay-proxy-process.ts", String(hello.port), ...delayed.map(String));
  const ports = (await answerOf(proxy)) as number[];
  const s3 = new S3Client({
    region: hello.region,
    endpoint: `http://127.0.0.1:${hello.port}`,
    credentials: hello.credentials,
    forcePathStyle: true,
  });
  const ask = async (question: StandInQuestion): Promise<Traffic> => {
    const answer = answerOf(standIn);
    standIn.send(question);
    return (await answer) as Traffic;
  };
  return {
    ...hello,
    s3,
    portAt: (rttMs) => (rttMs === 0 ? hello.port : (ports[delayed.indexOf(rttMs)] as number)),
    provision: async (bucket) => {
      await ask({ provision: bucket });
    },
    traffic: () => ask("traffic"),
    close() {
      s3.destroy();
      standIn.disconnect();
      proxy.disconnect();
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const stop = new AbortController();
  try {
    return await Promise.race([
      once(child, "message", { signal: stop.signal }).then(([message]) => message as unknown),
      once(child, "exit", { signal: stop.signal }).then(([code]) => {
        throw new Error(`a server of the bench ended with ${code}`);
      }),
    ]);
  } finally {
    stop.abort();
  }
}
