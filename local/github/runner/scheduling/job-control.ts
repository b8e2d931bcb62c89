/** How a running job is ended from outside. */
export interface JobControl {
  /** Aborted to cancel the job in order: always() steps still run. The reason tells why. */
  readonly cancel: AbortController;
  /** Aborted to kill everything in it. */
  readonly kill: AbortController;
}

/** What may end a job before its time. */
interface Endings {
  readonly kill: AbortSignal;
  /** Of the run, or of the call that the job is part of. */
  readonly cancel: AbortSignal;
  /** Another job of the same matrix failed. */
  readonly siblings: AbortSignal;
}

/**
 * The control of a job. A kill and a failed sibling always reach it; a cancel does unless `isWanted` then: the condition of
 * the job still holds, such as always(). Nothing reaches it after `release`.
 */
export function controlOf(
  { kill, cancel, siblings }: Endings,
  isWanted: () => boolean,
): JobControl & { release(): void } {
  const control: JobControl = { cancel: new AbortController(), kill: new AbortController() };
  const over = new AbortController();
  const follow = (signal: AbortSignal, act: (reason: unknown) => void): void => {
    if (signal.aborted) act(signal.reason);
    else signal.addEventListener("abort", () => act(signal.reason), { signal: over.signal });
  };
  follow(kill, (reason) => {
    control.kill.abort(reason);
    control.cancel.abort(reason);
  });
  follow(siblings, (reason) => control.cancel.abort(reason));
  follow(cancel, (reason) => {
    if (!isWanted()) control.cancel.abort(reason);
  });
  return { ...control, release: () => over.abort() };
}
