/** A run as the REST API has it. */
export interface RestRun {
  readonly event: string;
  /** Of its workflow file; some answers have `@<ref>` behind it. */
  readonly path: string;
  readonly head_sha: string;
  readonly repository: { readonly id: number };
  readonly head_repository: { readonly id: number } | null;
  readonly referenced_workflows?: readonly { readonly path: string }[] | null;
}

/** `owner/name/.github/workflows/x.yml@ref` without the ref. */
export function withoutRef(path: string): string {
  return path.replace(/(\.ya?ml)@.*$/s, "$1");
}
