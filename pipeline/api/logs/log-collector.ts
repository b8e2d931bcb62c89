import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { explain } from "../../kit/errors.ts";
import type { InstanceReading } from "../environment/observation.ts";
import type { WaitContext } from "../environment/poll.ts";
import { collectLogs, excerptOf, type InstanceLogs, type LogExcerpt } from "./logs.ts";

/** Collects logs when trouble begins, since the instances may be gone at the end, and again at the end. */
export class LogCollector {
  readonly #eb: ElasticBeanstalkClient;
  readonly #environment: string;
  readonly #before: ReadonlySet<string>;
  readonly #since: Date;
  readonly #context: WaitContext;
  readonly #collected: Promise<readonly InstanceLogs[]>[] = [];

  constructor(
    eb: ElasticBeanstalkClient,
    environment: string,
    before: readonly InstanceReading[],
    since: Date,
    context: WaitContext,
  ) {
    this.#eb = eb;
    this.#environment = environment;
    this.#before = new Set(before.map(({ id }) => id));
    this.#since = since;
    this.#context = context;
  }

  collect(): void {
    const logs = collectLogs(this.#eb, this.#environment, this.#since, this.#context).catch(
      (error: unknown) => {
        this.#context.note(`no logs of the instances: ${explain(error)}`);
        return [];
      },
    );
    this.#collected.push(logs);
  }

  /** What tells most of all that was collected, the latest first. */
  async excerpt(): Promise<LogExcerpt | undefined> {
    const collected = await Promise.all(this.#collected);
    return excerptOf(collected.reverse().flat(), this.#before, this.#since);
  }
}
