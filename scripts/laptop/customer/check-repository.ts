import { allowsNodeMajor, parsePackage } from "../../../local/aws/elastic-beanstalk/bundle/start-command.ts";
import { LocalError } from "../../../local/errors.ts";
import { tryGitIn } from "../../kit/git.ts";
import { branchOf, type CallingWorkflow, type CallingWorkflows, tiersOf } from "./calling-workflows.ts";
import type { Customer } from "./customer.ts";

/** How a repository goes live. */
export interface Deployed {
  /** File name of the workflow that takes a push live. */
  readonly workflow: string;
  /** The branch whose pushes start it, which HEAD becomes. */
  readonly branch: string;
  readonly hasSite: boolean;
  readonly hasApi: boolean;
}

/**
 * Fails early, and by name, on what a repository lacks: a workflow that calls the pipeline's when a branch is pushed, and a Node.js that
 * is here.
 */
export function checkRepository({ folder }: Customer, { deploy }: CallingWorkflows): Deployed {
  if (deploy === undefined) {
    throw new LocalError(
      "NoDeployWorkflow",
      `no workflow of HEAD in "${folder}" calls the pipeline's pipeline-deploy.yml`,
      "add .github/workflows/deploy.yml as docs/adopting.md shows, and commit it",
    );
  }
  const branch = branchOf(deploy, tryGitIn(folder, "symbolic-ref", "--short", "HEAD"));
  if (branch === undefined) {
    const branches = deploy.branches?.map((name) => `"${name}"`).join(", ");
    throw new LocalError(
      "NoBranch",
      `"${deploy.file}" runs on pushes of ${branches || "no branch"}, which is not what is checked out in "${folder}"`,
      "check such a branch out, or let it run on main too: on: { push: { branches: [main] } }, and commit that",
    );
  }
  checkNode(tryGitIn(folder, "show", "HEAD:package.json"), deploy);
  return { workflow: deploy.file, branch, ...tiersOf(deploy) };
}

function checkNode(packageJson: string | undefined, deploy: CallingWorkflow): void {
  const version = process.versions.node;
  const major = Number.parseInt(version, 10);
  const refuse = (where: string, wanted: string): never => {
    throw new LocalError(
      "OtherNode",
      `${where} asks for Node.js "${wanted}", and this machine runs everything with ${version}`,
      `let it allow ${major}, which is what runs here; others are not to be had`,
    );
  };
  let engines: string | undefined;
  try {
    engines = parsePackage(packageJson).engines?.node;
  } catch {
    // The build says what is wrong with it.
  }
  if (engines !== undefined && !allowsNodeMajor(engines, major))
    refuse("engines.node of package.json", engines);
  const asked = deploy.inputs["node-version"];
  if (asked !== undefined && /^\d/.test(String(asked)) && Number.parseInt(String(asked), 10) !== major)
    refuse(`node-version in "${deploy.file}"`, String(asked));
}
