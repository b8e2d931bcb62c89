const windowMs = 10_000;
const keptRequests = 10_000;

/** As DescribeEnvironmentHealth reports it; latencies in seconds. */
export interface ApplicationMetrics {
  readonly duration: number;
  readonly requestCount: number;
  readonly statuses: {
    readonly s2xx: number;
    readonly s3xx: number;
    readonly s4xx: number;
    readonly s5xx: number;
  };
  readonly latency: Readonly<Record<Percentile, number>>;
}

export const percentiles = {
  P999: 99.9,
  P99: 99,
  P95: 95,
  P90: 90,
  P85: 85,
  P75: 75,
  P50: 50,
  P10: 10,
} as const;
type Percentile = keyof typeof percentiles;

export interface Sample {
  readonly at: number;
  readonly status: number;
  readonly seconds: number;
}

/** The requests that one instance answered in the last ten seconds. */
export class RequestMetrics {
  #samples: Sample[] = [];

  record(status: number, seconds: number): void {
    this.#samples.push({ at: performance.now(), status, seconds });
    if (this.#samples.length > 2 * keptRequests) this.#samples = this.#samples.slice(-keptRequests);
  }

  /** An application that was just replaced is not judged by what the one before it answered. */
  reset(): void {
    this.#samples = [];
  }

  samples(): readonly Sample[] {
    const from = performance.now() - windowMs;
    this.#samples = this.#samples.filter(({ at }) => at >= from);
    return this.#samples;
  }
}

export function summarise(samples: readonly Sample[]): ApplicationMetrics {
  const latencies = samples.map(({ seconds }) => seconds).sort((left, right) => left - right);
  const count = (hundred: number): number =>
    samples.filter(({ status }) => Math.floor(status / 100) === hundred).length;
  return {
    duration: windowMs / 1000,
    requestCount: samples.length,
    statuses: { s2xx: count(2), s3xx: count(3), s4xx: count(4), s5xx: count(5) },
    latency: Object.fromEntries(
      Object.entries(percentiles).map(([name, percent]) => {
        const index = Math.ceil((percent / 100) * latencies.length) - 1;
        return [name, Math.round((latencies[Math.max(0, index)] ?? 0) * 1000) / 1000];
      }),
    ) as Record<Percentile, number>,
  };
}
