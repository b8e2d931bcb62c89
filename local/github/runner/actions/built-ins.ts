import type { BuiltInName } from "../workflow/model.ts";
import type { BuiltIn } from "./built-in-execution.ts";
import { checkout } from "./checkout.ts";
import { downloadArtifact } from "./download-artifact.ts";
import { setupNode } from "./setup-node.ts";
import { uploadArtifact } from "./upload-artifact.ts";

export const builtIns: Readonly<Record<BuiltInName, BuiltIn>> = {
  checkout,
  "download-artifact": downloadArtifact,
  "setup-node": setupNode,
  "upload-artifact": uploadArtifact,
};
