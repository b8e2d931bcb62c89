/** One thing that goes wrong, what is done about it, and the promises that must hold afterwards. */
export interface FaultCase {
  /** Stable from run to run, so that one case can be asked for: words joined by ":". */
  readonly id: string;
  /** Rejects, naming the promise, when one is broken. */
  run(): Promise<void>;
}

/** A part of the product whose every fault is tried. */
export interface FaultArea {
  readonly name: string;
  /** What is promised after each case, for the report: one sentence. */
  readonly promise: string;
  /** Starts what the cases need, and finds out which there are. */
  open(say: (line: string) => void): Promise<OpenArea>;
}

export interface OpenArea {
  /** In the order in which they are cheapest. */
  readonly cases: readonly FaultCase[];
  close(): Promise<void>;
}
