import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import { type Property, parseProperties } from "./provision/properties.ts";
import type { Pipeline } from "./provision/trust.ts";
import { udagramOptions } from "./provision/udagram-options.ts";

/** Whose repository a stack is for, and what that needs. */
export interface App {
  /** Its repository is `local/<name>`, and all that it has is named after it. */
  readonly name: string;
  /** The working copy of its repository. */
  readonly folder: string;
  /** Where the stack keeps its state. */
  readonly directory: string;
  /** The branch whose pushes go live: the default branch of its repository. */
  readonly branch: string;
  /** What its developers type to deploy again. */
  readonly push: string;
  /** Environment properties of its API. */
  readonly properties: readonly Property[];
  /** How the environments of its API are set up, beside Elastic Beanstalk's defaults. */
  readonly options: readonly ConfigurationOptionSetting[];
  /** Below which path its API answers, where site and API have one address. */
  readonly apiPath: string;
  /** Whether visitors come by that address: a site that nobody tells where the API is can find it by a path only. */
  readonly hasOneAddress: boolean;
  /** Other repositories whose workflows and actions it uses, by owner/name: folders whose `HEAD` they are. */
  readonly repositories: Readonly<Record<string, { readonly checkout: string }>>;
  /** Whose workflows its roles trust. */
  readonly pipeline: Pipeline;
}

/** Udagram, of that clone. */
export function udagram(clone: string): App {
  const file = fileURLToPath(new URL("provision/udagram.env", import.meta.url));
  return {
    name: "udagram",
    folder: clone,
    directory: join(clone, ".local"),
    branch: "main",
    push: "git push local main",
    properties: parseProperties(file, readFileSync(file, "utf8")),
    options: udagramOptions(),
    apiPath: "/api",
    hasOneAddress: false,
    repositories: {},
    pipeline: { repository: "local/udagram", ref: "refs/heads/main" },
  };
}
