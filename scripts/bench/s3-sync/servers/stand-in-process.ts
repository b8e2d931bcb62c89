// The S3 stand-in as a process of its own: `node stand-in-process.ts <folder>`. Ends with the process that forked it.
import { type AwsServer, startAws } from "../../../../local/aws/server.ts";

/** What the parent asks, and is answered in the same order. */
export type StandInQuestion = { readonly provision: string } | "traffic";

export interface StandInHello {
  readonly port: number;
  readonly region: string;
  readonly credentials: AwsServer["credentials"];
}

/** Since the process started. Bytes are those of bodies. */
export interface Traffic {
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly cpuMs: number;
}

const aws = await startAws({
  directory: process.argv[2] as string,
  port: 0,
  region: "us-east-1",
  accountId: "000000000000",
  services: [],
});
process.on("disconnect", () => process.exit());
process.on("message", (question: StandInQuestion) => {
  if (question !== "traffic") aws.provisionBucket({ name: question.provision });
  const { user, system } = process.cpuUsage();
  const traffic: Traffic = { ...aws.requests.totals(), cpuMs: (user + system) / 1000 };
  process.send?.(traffic);
});
const { port, region, credentials } = aws;
process.send?.({ port, region, credentials } satisfies StandInHello);
