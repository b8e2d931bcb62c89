import type { RunHead } from "../../run-events.ts";

const attemptsPerRun = 1000;
const jobsPerAttempt = 1000;

/** The number of a job in the REST API, by its index in the run's attempt; the number of its check run as well. */
export function jobNumber(head: RunHead, index: number): number {
  return (head.id * attemptsPerRun + head.attempt) * jobsPerAttempt + index + 1;
}

/** The run, attempt and place that a job's number stands for. */
export function placeOfJob(number: number): {
  readonly run: number;
  readonly attempt: number;
  readonly index: number;
} {
  const attempt = Math.floor(number / jobsPerAttempt);
  return {
    run: Math.floor(attempt / attemptsPerRun),
    attempt: attempt % attemptsPerRun,
    index: (number % jobsPerAttempt) - 1,
  };
}
