/** A place in a YAML file: what an error names so that a person finds it. */
export interface Place {
  /** Path of the file in the repository. */
  readonly path: string;
  readonly line: number;
  /** Keys from the root, e.g. `jobs.build.steps[0].if`; "" for the file itself. */
  readonly key: string;
}

export interface Problem extends Place {
  readonly message: string;
}

/** A workflow or action file that the runner cannot run exactly as written. Holds every problem found, in file order. */
export class WorkflowFileError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = problems.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
    super(sorted.map(describeProblem).join("\n"));
    this.name = "WorkflowFileError";
    this.problems = sorted;
  }
}

/** `path:line: key: message`, as compilers print it. */
function describeProblem({ path, line, key, message }: Problem): string {
  return `${path}:${line}: ${key === "" ? "" : `${key}: `}${message}`;
}
