import type { RunnerServices, RunRequest } from "../runner-services.ts";
import type { Patience } from "./steps/step-process.ts";
import type { Workflow } from "./workflow/model.ts";

/** One run of a workflow: what all of its jobs share, those of the workflows that it calls included. */
export interface RunContext {
  readonly request: RunRequest;
  readonly services: RunnerServices;
  /** The run's own workflow: what `github.workflow` and `github.workflow_ref` name in every job. */
  readonly workflow: Pick<Workflow, "name" | "path">;
  readonly patience: Patience;
  /** Aborted when everything has to end at once. */
  readonly kill: AbortSignal;
  /** Hands over work that nobody waits for but the end of the run. */
  readonly background: (work: Promise<unknown>) => void;
}
