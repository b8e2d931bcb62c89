import type { FoundApp } from "./found-app.ts";

/** The three files that call the pipeline, as they are in docs/callers. */
export type Callers = Readonly<Record<"deploy.yml" | "rollback.yml" | "pull-request.yml", string>>;

/** The callers with what was found below `with:`, for pushes to that branch. */
export function workflowTexts(callers: Callers, app: FoundApp, branch: string): Callers {
  const built = withLines(app);
  const onBranch = (text: string): string =>
    text.replaceAll("branches: [main]", `branches: [${scalar(branch)}]`);
  return {
    "deploy.yml": onBranch(replaced(callers["deploy.yml"], built)),
    "pull-request.yml": onBranch(replaced(callers["pull-request.yml"], built)),
    "rollback.yml": callers["rollback.yml"].replace(/^ {6}(config|routes): .*\n/gm, ""),
  };
}

function replaced(text: string, lines: readonly string[]): string {
  const [head = ""] = text.split(/^ {4}with:\n/m);
  return lines.length === 0 ? head : `${head}    with:\n${lines.map((line) => `      ${line}\n`).join("")}`;
}

function withLines({ api, site, migrations, suites }: FoundApp): readonly string[] {
  const lines: [string, string][] = [];
  if (api) lines.push(["api-directory", scalar(api.directory)]);
  if (api && api.command !== "") lines.push(["api-command", scalar(api.command)]);
  // An API alone has its address to itself.
  if (api && !site) lines.push(["api-path", "/"]);
  if (site && site.command !== "") lines.push(["site-command", scalar(site.command)]);
  if (site) lines.push(["site-directory", scalar(site.directory)]);
  if (migrations) lines.push(["migrations-directory", scalar(migrations.directory)]);
  lines.push(["suites", `'${JSON.stringify(suites).replaceAll("'", "''")}'`]);
  return lines.map(([name, value]) => `${name}: ${value}`);
}

/** Plain where YAML reads it as text, else in quotes. */
function scalar(text: string): string {
  return /^[A-Za-z.][\w./ @-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
