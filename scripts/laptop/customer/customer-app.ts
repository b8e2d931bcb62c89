import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type App, udagram } from "../../../local/app.ts";
import { LocalError } from "../../../local/errors.ts";
import { type Property, parseProperties } from "../../../local/provision/properties.ts";
import { root } from "../../root.ts";
import { pushCommand } from "../local-remote.ts";
import { type CallingWorkflow, type CallingWorkflows, tiersOf } from "./calling-workflows.ts";
import type { Customer } from "./customer.ts";

/**
 * What an API usually looks for where nobody says: the names that Elastic Beanstalk gives a database of its own
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.RDS.html), and one address. Like RDS, the database speaks TLS only.
 */
const usual = `
RDS_HOSTNAME=\${database.host}
RDS_PORT=\${database.port}
RDS_DB_NAME=\${database.name}
RDS_USERNAME=\${database.user}
RDS_PASSWORD=\${database.password}
DATABASE_URL=\${database.url}?sslmode=verify-full
NODE_EXTRA_CA_CERTS=\${database.ca-file}
`;

/** The app of a customer, as its stack has to know it. Throws where the file of properties is not as it should be. */
export function appOf(
  { name, folder, directory, isUdagram }: Customer,
  { calling, branch }: { readonly calling: CallingWorkflows; readonly branch: string },
  environmentFile: string | undefined,
): App {
  const properties = environmentFile === undefined ? undefined : readProperties(environmentFile);
  if (isUdagram) return { ...udagram(root), ...(properties && { properties }) };
  return {
    name,
    folder,
    directory,
    branch,
    push: pushCommand(false, join(directory, "github", "repository.git"), branch),
    options: [],
    properties: properties ?? parseProperties("the usual", usual),
    apiPath: apiPathOf(calling.deploy),
    hasOneAddress: hasOneAddress(calling.deploy),
    repositories: pipelinesOf(calling),
    pipeline: pipelineOf(calling.deploy, `local/${name}`, branch),
  };
}

function readProperties(typed: string): readonly Property[] {
  const file = resolve(process.env.INIT_CWD ?? process.cwd(), typed);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new LocalError("NoSuchFile", `"${file}" could not be read`, "correct --env", { cause });
  }
  return parseProperties(typed, text);
}

/** A site without a `config.json` looks for an API below a path at its own address. */
function hasOneAddress(deploy: CallingWorkflow | undefined): boolean {
  const given = deploy?.inputs ?? {};
  const { hasSite, hasApi } = tiersOf(deploy);
  return hasSite && hasApi && given.config !== true && given["api-path"] !== "/";
}

function apiPathOf(deploy: CallingWorkflow | undefined): string {
  const path = deploy?.inputs["api-path"];
  return typeof path === "string" && /^\/[^/$]/.test(path) ? path : "/api";
}

/** As tokens name what the deploy calls: a commit, any release, or a branch; its own repository where it says `$/`. */
function pipelineOf(deploy: CallingWorkflow | undefined, own: string, branch: string): App["pipeline"] {
  const { pipeline: repository = own, ref = branch } = deploy ?? {};
  if (/^[0-9a-f]{40}$/.test(ref)) return { repository, ref };
  return { repository, ref: /^v\d/.test(ref) ? "refs/tags/v*" : `refs/heads/${ref}` };
}

/** Whatever the pipeline's repository is called there, it is this one. */
function pipelinesOf(calling: CallingWorkflows): App["repositories"] {
  const called = Object.values(calling).flatMap(({ pipeline }) => pipeline ?? []);
  return Object.fromEntries(called.map((name) => [name, { checkout: root }]));
}
