/** What somebody can ask of rollback.yml. */
type Operation = "rollback" | "resume" | "repair";

/** In words, for whoever may be on GitHub or at a laptop: what a message advises carries the environment that it is about. */
export function wayTo(operation: Operation, environment: string, to?: string): string {
  const [field, flag] = to === undefined ? ["", ""] : [`, to ${to}`, ` --to ${to}`];
  return `run rollback.yml with environment ${environment}, operation ${operation}${field} (on the laptop \`npm run ${operation} -- --environment ${environment}${flag}\`)`;
}

/** As one line for a terminal. */
export function commandTo(
  operation: Operation,
  { environment, isLaptop }: { readonly environment: string; readonly isLaptop: boolean },
  to?: string,
): string {
  if (isLaptop) {
    return `npm run ${operation} -- --environment ${environment}${to === undefined ? "" : ` --to ${to}`} --reason "why"`;
  }
  return `gh workflow run rollback.yml -f environment=${environment} -f operation=${operation}${to === undefined ? "" : ` -f to=${to}`} -f reason="why"`;
}
