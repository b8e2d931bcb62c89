import { setTimeout } from "node:timers/promises";

/** What the SDK hands back with each attempt. */
interface Token {
  readonly startedAt: number;
  getRetryCount(): number;
  getRetryDelay(): number;
  getRetryCost(): number | undefined;
}

interface FailedAttempt {
  readonly errorType: string;
  readonly error?: unknown;
}

/** Before a service has answered at all, its address may be wrong: nobody waits long to learn that. */
const unansweredShare = 1 / 5;
/** A cancelled job has ten seconds for all that it has to clear up. */
const cancelledMs = 3000;

/**
 * How long a client goes on asking a service that fails for a while: by time, since an outage of half a minute outlasts any
 * sensible number of attempts. A retry strategy of the AWS SDK, with its full jitter (up to 100 ms doubled with each attempt,
 * 500 ms where the service is throttling) but no wait above 5 seconds, and no quota that many requests at once could use up.
 */
export class Patience {
  readonly mode = "standard";
  readonly #budgetMs: number;
  readonly #signal: AbortSignal;
  #hasAnswered = false;

  constructor(seconds: number, signal: AbortSignal) {
    this.#budgetMs = seconds * 1000;
    this.#signal = signal;
  }

  async acquireInitialRetryToken(): Promise<Token> {
    return tokenOf(0, performance.now());
  }

  async refreshRetryTokenForRetry(token: Token, failed: FailedAttempt): Promise<Token> {
    const attempts = token.getRetryCount() + 1;
    if (
      !isPassing(failed, attempts) ||
      !(await this.wait(attempts, token.startedAt, statusOf(failed.error)))
    ) {
      throw new Error("no retry token available");
    }
    return tokenOf(attempts, token.startedAt);
  }

  recordSuccess(): void {
    this.#hasAnswered = true;
  }

  /** Waits before the next attempt; false where there is to be none. `status` is that of the answer; undefined where none came. */
  async wait(attempts: number, startedAt: number, status: number | undefined): Promise<boolean> {
    if (status !== undefined) this.#hasAnswered = true;
    const baseMs = status === 503 || status === 429 ? 500 : 100;
    const pauseMs = Math.random() * Math.min(5000, baseMs * 2 ** Math.min(attempts - 1, 10));
    const spentMs = performance.now() - startedAt;
    if (spentMs + pauseMs > this.#limitMs()) return false;
    await setTimeout(pauseMs, undefined, { signal: this.#signal }).catch(() => undefined);
    return performance.now() - startedAt <= this.#limitMs();
  }

  #limitMs(): number {
    const limitMs = this.#hasAnswered ? this.#budgetMs : this.#budgetMs * unansweredShare;
    return this.#signal.aborted ? Math.min(limitMs, cancelledMs) : limitMs;
  }
}

/** What the service says of a signature whose time is off; the SDK corrects its clock by the answer, and sends again. */
const skewed =
  /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure)$/;
const skewedAttempts = 3;

/**
 * Whether the same request may succeed later. The SDK calls every error passing that came while the runner's clock was off, a missing
 * object or a lost condition as well: those are answers.
 */
function isPassing({ errorType, error }: FailedAttempt, attempts: number): boolean {
  if (errorType === "THROTTLING") return true;
  if (errorType !== "TRANSIENT") return false;
  const name = error instanceof Error ? error.name : "";
  if (skewed.test(name)) return attempts <= skewedAttempts;
  const status = statusOf(error) ?? 503;
  return status >= 500 || status === 408 || status === 429 || name === "RequestTimeout";
}

function tokenOf(attempts: number, startedAt: number): Token {
  return {
    startedAt,
    getRetryCount: () => attempts,
    getRetryDelay: () => 0,
    getRetryCost: () => undefined,
  };
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}
