// npm run docs: writes what is derived: the tables of every action's README, docs/errors.md, docs/commands.md, docs/promises.md, docs/stand-ins.md, the workflows
// that pages show to other repositories and the pipeline's name in them, and the paths that the test suites read. `--check` compares instead.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCodes } from "../pipeline/kit/errors.ts";
import { calledInputsTable } from "./docs/called-inputs.ts";
import { commandPage } from "./docs/command-page.ts";
import { errorPage } from "./docs/error-page.ts";
import { replaceBetween } from "./docs/markdown-table.ts";
import { pipelineRepository, withPipelineUses } from "./docs/pipeline-uses.ts";
import { promisePage } from "./docs/promise-page.ts";
import { withTables } from "./docs/readme-tables.ts";
import { standInPage } from "./docs/stand-in-page.ts";
import { suiteFiles } from "./docs/suite-files.ts";
import { command } from "./kit/command.ts";
import { root } from "./root.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The three workflows of a repository that uses the pipeline. */
const callers = ["deploy.yml", "rollback.yml", "pull-request.yml"] as const;

/** What they call. */
const called = ["deploy", "rollback", "pull-request"] as const;

/** Where they are shown, each between markers of its name. */
const pagesWithCallers = ["README.md", "docs/adopting.md"] as const;

function calledInputs(): readonly string[] {
  return calledInputsTable(
    called.map((name) => [name, read(`.github/workflows/pipeline-${name}.yml`)] as const),
  );
}

/** Every derived file, with what it should hold. */
function* derivedFiles(): Generator<readonly [file: string, text: string]> {
  const repository = pipelineRepository(read("package.json"));
  const named = (file: string): string => withPipelineUses(read(file), repository);
  for (const file of callers) yield [`docs/callers/${file}`, named(`docs/callers/${file}`)];
  for (const page of pagesWithCallers) {
    const text = callers.reduce((shown, file) => {
      const lines = ["```yaml", ...named(`docs/callers/${file}`).trimEnd().split("\n"), "```"];
      return replaceBetween(shown, file, page, lines);
    }, named(page));
    yield [page, page === "README.md" ? text : replaceBetween(text, "inputs", page, calledInputs())];
  }
  const actions = globSync("actions/*/action.yml", { cwd: root }).sort();
  const readmes: { action: string; text: string }[] = [];
  for (const contract of actions) {
    const folder = dirname(contract);
    const action = folder.slice("actions/".length);
    const text = withTables(named(`${folder}/README.md`), read(contract), action);
    readmes.push({ action, text });
    yield [`${folder}/README.md`, text];
  }
  yield ["docs/errors.md", errorPage(errorCodes, readmes)];
  yield ["docs/commands.md", commandPage()];
  yield ["docs/promises.md", promisePage()];
  yield ["docs/stand-ins.md", standInPage()];
  for (const file of globSync(".github/workflows/*.yml", { cwd: root }).sort()) {
    yield* suiteFiles(read(file));
  }
}

const options = {
  check: { type: "boolean", help: "compare with what is there instead of writing" },
} as const;

await command(
  { usage: "npm run docs", summary: "Writes the derived parts of pages and workflows.", options },
  async ({ check }) => {
    let outdated = 0;
    for (const [file, text] of derivedFiles()) {
      if (existsSync(join(root, file)) && read(file) === text) continue;
      outdated += 1;
      console.log(check ? `${file} is not up to date` : `wrote ${file}`);
      if (!check) writeFileSync(join(root, file), text);
    }
    return check && outdated > 0 ? 1 : 0;
  },
);
