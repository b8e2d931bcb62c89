import type { StepExecution } from "../steps/execution.ts";
import type { BuiltInName } from "../workflow/model.ts";
import { checkout } from "./checkout.ts";
import { downloadArtifact } from "./download-artifact.ts";
import { setupNode } from "./setup-node.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/** What an action of the runner's own works with. */
export interface BuiltInExecution extends StepExecution {
  readonly inputs: Readonly<Record<string, string>>;
  /** An input that the action declares, trimmed; "" when absent. */
  input(name: string): string;
}

export type BuiltIn = (execution: BuiltInExecution) => Promise<void>;

export const builtIns: Readonly<Record<BuiltInName, BuiltIn>> = {
  checkout,
  "download-artifact": downloadArtifact,
  "setup-node": setupNode,
  "upload-artifact": uploadArtifact,
};
