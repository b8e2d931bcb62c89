import { flagOf } from "../laptop/customer/customer.ts";
import type { FoundApp } from "./found-app.ts";

interface Done {
  readonly app: FoundApp;
  readonly folder: string;
  readonly written: readonly { readonly path: string; readonly text: string }[];
  /** Files that were there. */
  readonly kept: readonly string[];
  readonly isDry: boolean;
}

/** What was found and done, what is to decide, and what is missing still, in this order. */
export function reportLines({ app, folder, written, kept, isDry }: Done): readonly string[] {
  const { api, site, migrations, suites } = app;
  const found = [
    `API         ${api ? `${api.directory}${api.command && `, built by: ${api.command}`}` : "none"}`,
    `site        ${site ? `${site.directory}${site.command && `, built by: ${site.command}`}` : "none"}`,
    `migrations  ${migrations?.directory ?? "none"}`,
    `tests       ${suites.map(({ command }) => command).join("; ") || "none: what is pushed goes live untested"}`,
  ];
  const verb = isDry ? "would write" : "wrote";
  return [
    `Found in ${folder}:`,
    ...found.map((line) => `  ${line}`),
    "",
    ...kept.map((path) => `kept ${path} as it is`),
    ...written.map(({ path }) => `${verb} ${path}`),
    ...(isDry ? written.flatMap(({ path, text }) => ["", `--- ${path}`, ...text.trimEnd().split("\n")]) : []),
    ...(app.notes.length > 0 ? ["", "Look at this:", ...app.notes.map((note) => `  - ${note}`)] : []),
    "",
    "Missing before the first push (docs/adopting.md): these variables of the GitHub environment `production`,",
    ...missingVariables(app).map((line) => `  ${line}`),
    "",
    `Try it here first: commit the files, then npm start${flagOf(folder)}`,
  ];
}

function missingVariables({ api, site, migrations }: FoundApp): readonly string[] {
  return [
    "AWS_REGION, AWS_ROLE_ARN, ARTIFACTS_BUCKET; AWS_PLAN_ROLE_ARN of the repository",
    ...(site ? ["SITE_BUCKET, SITE_URL"] : []),
    ...(api ? ["EB_APPLICATION, EB_ENVIRONMENT, API_URL"] : []),
    ...(migrations ? ["DATABASE_SECRET (and DATABASE_HOST where RDS manages it)"] : []),
  ];
}
