/** A workflow or an action of the pipeline, as another repository names it: `owner/name/.github/workflows/pipeline-x.yml@v1`. */
const use = /[\w.-]+\/[\w.-]+(?=\/(?:\.github\/workflows\/pipeline-[\w-]+\.yml|actions\/[\w-]+)@)/g;

/**
 * owner/name of the pipeline's repository, which package.json alone says: everything that names it is derived. Throws where it
 * names none on GitHub.
 */
export function pipelineRepository(packageJson: string): string {
  const { repository } = JSON.parse(packageJson) as { repository?: unknown };
  const [, name] = /^github:([\w.-]+\/[\w.-]+)$/.exec(String(repository)) ?? [];
  if (name === undefined) throw new Error(`package.json has no "repository" such as "github:OWNER/REPO"`);
  return name;
}

/** The text with every workflow and action of the pipeline named as one of that repository. */
export function withPipelineUses(text: string, repository: string): string {
  return text.replace(use, repository);
}
