import type { CallingJob, WorkflowReference } from "./model.ts";
import { parseTemplateMap } from "./parse-parts.ts";
import type { YamlValue } from "./yaml-value.ts";

/** What a job says of the workflow that it calls. */
export function parseCall(
  uses: YamlValue,
  inputs: YamlValue | undefined,
  secrets: YamlValue | undefined,
): Pick<CallingJob, "kind" | "uses" | "with" | "secrets"> {
  const inherits = secrets?.kind === "scalar" && secrets.scalar !== null;
  if (inherits) secrets.oneOf(["inherit"]);
  return {
    kind: "call",
    uses: parseWorkflowReference(uses),
    with: parseTemplateMap(inputs, "job"),
    secrets: inherits ? "inherit" : parseTemplateMap(secrets, "call-secrets"),
  };
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_iduses */
function parseWorkflowReference(value: YamlValue): WorkflowReference {
  const text = value.text();
  const place = { path: value.path, line: value.line, key: value.key };
  const [, own] = /^(?:\$|\.)\/(\.github\/workflows\/[^/@]+\.ya?ml)$/.exec(text) ?? [];
  if (own !== undefined) return { kind: "repository", place, text, path: own };
  const [, repository = "", path = "", ref = ""] =
    /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[^/@]+\.ya?ml)@(.+)$/.exec(text) ?? [];
  if (/^refs\//.test(ref)) value.problem(`"${text}": write the branch or tag without "refs/…"`);
  else if (text !== "" && (repository === "" || text.includes("${{"))) {
    value.problem(
      `"${text}" names no workflow; write $/.github/workflows/name.yml or owner/name/.github/workflows/name.yml@ref`,
    );
  }
  return { kind: "elsewhere", place, text, repository, path, ref };
}
