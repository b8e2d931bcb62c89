import { request } from "node:http";
import { connect } from "node:net";

/** What the load balancer asks an instance; without a path, whether it takes connections. */
export interface Probe {
  readonly path: string;
  /** Statuses that count as healthy, as `MatcherHTTPCode` writes them: 200, 200,202, 200-299. */
  readonly matcher: string;
  readonly timeoutMs: number;
  /** Whether somebody on the instance looks for the process itself, as the agent of enhanced health does. */
  readonly seesProcess: boolean;
}

/** Asks once. Resolves to undefined when all is well, else to the reason, worded as target groups do. */
export function probe(
  { path, matcher, timeoutMs }: Omit<Probe, "seesProcess">,
  port: number,
): Promise<string | undefined> {
  return path === "" ? probeConnection(port, timeoutMs) : probePath(path, matcher, port, timeoutMs);
}

function probePath(
  path: string,
  matcher: string,
  port: number,
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const check = request({
      host: "127.0.0.1",
      port,
      path,
      agent: false,
      timeout: timeoutMs,
      headers: { "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
    });
    check.once("response", (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(judge({ path, matcher }, status));
      check.destroy();
    });
    check.once("timeout", () => {
      resolve(`Target.Timeout: no answer from ${path} within ${timeoutMs} ms`);
      check.destroy();
    });
    check.once("error", (error) => resolve(`Target.FailedHealthChecks: ${error.message}`));
    check.end();
  });
}

function probeConnection(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: timeoutMs });
    const answer = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once("connect", () => answer(undefined));
    socket.once("timeout", () => answer(`Target.Timeout: no connection within ${timeoutMs} ms`));
    socket.once("error", (error) => answer(`Target.FailedHealthChecks: ${error.message}`));
  });
}

/** What a target group says of an answer: undefined when its status is one that it wants. */
export function judge(
  { path, matcher }: Pick<Probe, "path" | "matcher">,
  status: number,
): string | undefined {
  return matches(matcher, status)
    ? undefined
    : `Target.ResponseCodeMismatch: health checks of ${path} failed with status code ${status}`;
}

function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low, high = low] = part.split("-").map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
}

interface HealthMonitorOptions {
  readonly check: () => Promise<string | undefined>;
  /** Read before each pause, so that a deployment can be watched more closely. */
  readonly intervalMs: () => number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly onChange: () => void;
}

/** Health as the load balancer sees it: it changes only after so many checks in a row. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  #state: "initial" | "healthy" | "unhealthy" = "initial";
  #reason: string | undefined;
  #since = performance.now();
  #inARow = 0;
  #round = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  get state(): "initial" | "healthy" | "unhealthy" {
    return this.#state;
  }

  /** Why the last check failed; undefined when it did not. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Seconds in this state. */
  get seconds(): number {
    return (performance.now() - this.#since) / 1000;
  }

  start(): void {
    this.stop();
    const round = this.#round;
    const next = async (): Promise<void> => {
      const reason = await this.#options.check();
      if (round !== this.#round) return;
      this.#count(reason);
      this.#timer = setTimeout(() => void next(), this.#options.intervalMs());
    };
    void next();
  }

  stop(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
  }

  /** Forgets what was: a process that is gone is not healthy, and a new one has to show that it is. */
  reset(reason: string | undefined): void {
    this.#reason = reason;
    this.#inARow = 0;
    this.#enter(reason === undefined ? "initial" : "unhealthy");
  }

  #count(reason: string | undefined): void {
    const failed = reason !== undefined;
    this.#inARow = failed === (this.#reason !== undefined) ? this.#inARow + 1 : 1;
    this.#reason = reason;
    if (this.#inARow >= (failed ? this.#options.unhealthyThreshold : this.#options.healthyThreshold)) {
      this.#enter(failed ? "unhealthy" : "healthy");
    }
  }

  #enter(state: "initial" | "healthy" | "unhealthy"): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = performance.now();
    this.#options.onChange();
  }
}
