// Which workflow files of a repository call the pipeline's.
import { parse } from "yaml";
import { passesFilter } from "../../../local/github/runner/workflow/filter-pattern.ts";
import { tryGitIn } from "../../kit/git.ts";

type Called = "deploy" | "rollback" | "pull-request";

/** A workflow file that calls one of the pipeline's. */
export interface CallingWorkflow {
  /** `deploy.yml` */
  readonly file: string;
  /** owner/name of the pipeline's repository as it stands there; undefined where that is the file's own. */
  readonly pipeline: string | undefined;
  /** `v1`, as it stands there. */
  readonly ref: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The branches whose pushes start it, by the patterns that it names; undefined for every one; [] for none. */
  readonly branches: readonly string[] | undefined;
}

export type CallingWorkflows = Readonly<Partial<Record<Called, CallingWorkflow>>>;

const folder = ".github/workflows";
const called =
  /^(?:[$.]|([\w.-]+\/[\w.-]+))\/\.github\/workflows\/pipeline-(deploy|rollback|pull-request)\.yml(?:@(.+))?$/;

/** Those of a commit, of a working copy or a bare repository. The first by name counts, where several call the same. */
export function callingWorkflowsAt(repository: string, commit: string): CallingWorkflows {
  const listed = tryGitIn(repository, "ls-tree", "--name-only", "-z", commit, `${folder}/`) ?? "";
  const files = listed.split("\0").filter((path) => /\.ya?ml$/.test(path));
  return callingWorkflows(
    new Map(
      files.map((path) => [
        path.slice(folder.length + 1),
        tryGitIn(repository, "show", `${commit}:${path}`) ?? "",
      ]),
    ),
  );
}

/** Those of these files, by name. A file that is no workflow calls nothing: GitHub says what is wrong with it. */
export function callingWorkflows(files: ReadonlyMap<string, string>): CallingWorkflows {
  const found: Partial<Record<Called, CallingWorkflow>> = {};
  for (const [file, text] of files) {
    const workflow = recordOf(parsed(text));
    for (const job of Object.values(recordOf(workflow.jobs)).map(recordOf)) {
      const [, pipeline, name, ref] = called.exec(String(job.uses)) ?? [];
      if (name === undefined) continue;
      found[name as Called] ??= {
        file,
        pipeline,
        ref,
        inputs: recordOf(job.with),
        branches: branchesOf(workflow.on),
      };
    }
  }
  return found;
}

/**
 * The branch whose pushes start the workflow: `main` where that is one, else the one that is checked out, else the first that is
 * named. undefined where no push of a branch starts it.
 */
export function branchOf(
  { branches }: Pick<CallingWorkflow, "branches">,
  checkedOut: string | undefined,
): string | undefined {
  const named = (branches ?? []).filter((pattern) => !/[!*?+[]/.test(pattern));
  const candidates = ["main", ...(checkedOut === undefined ? [] : [checkedOut]), ...named];
  return candidates.find((name) => passesFilter({ only: branches, ignore: undefined }, name));
}

/** What of an app the workflow takes live, as its inputs say. */
export function tiersOf(deploy: CallingWorkflow | undefined): {
  readonly hasSite: boolean;
  readonly hasApi: boolean;
} {
  const { inputs = {} } = deploy ?? {};
  const says = (input: string): boolean => ![undefined, null, ""].includes(inputs[input] as string);
  return { hasSite: says("site-directory"), hasApi: says("api-entry") || says("api-directory") };
}

function branchesOf(on: unknown): CallingWorkflow["branches"] {
  if (typeof on === "string") return on === "push" ? undefined : [];
  if (Array.isArray(on)) return on.includes("push") ? undefined : [];
  const events = recordOf(on);
  if (!("push" in events)) return [];
  const push = recordOf(events.push);
  if (push.branches === undefined) return push.tags === undefined ? undefined : [];
  return [push.branches].flat().map(String);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
