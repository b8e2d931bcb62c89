import type { StepExecution } from "../steps/execution.ts";

/** What an action of the runner's own works with. */
export interface BuiltInExecution extends StepExecution {
  readonly inputs: Readonly<Record<string, string>>;
  /** An input that the action declares, trimmed; "" when absent. */
  input(name: string): string;
}

export type BuiltIn = (execution: BuiltInExecution) => Promise<void>;
