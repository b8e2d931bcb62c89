import type { BuiltInName } from "../workflow/model.ts";

/**
 * The inputs of the built-in actions that this runner understands, with the defaults of the real ones. `undefined` means
 * that the input is required.
 */
export const builtInInputs: Readonly<Record<BuiltInName, Readonly<Record<string, string | undefined>>>> = {
  checkout: { ref: "", "fetch-depth": "1", "persist-credentials": "true", path: "." },
  "download-artifact": {
    name: "",
    path: "",
    pattern: "",
    "merge-multiple": "false",
    "run-id": "",
    "github-token": "",
  },
  // No cache is kept: dependencies are shared by lockfile (SPEC.md).
  "setup-node": {
    "node-version": "",
    "node-version-file": "",
    cache: "",
    "cache-dependency-path": "",
    "package-manager-cache": "true",
  },
  "upload-artifact": {
    name: "artifact",
    path: undefined,
    "if-no-files-found": "warn",
    "retention-days": "0",
    overwrite: "false",
    "include-hidden-files": "false",
  },
};
