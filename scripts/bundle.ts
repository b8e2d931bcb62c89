// npm run bundle: bundles every action into actions/dist, which GitHub runs; `--check` compares with what is committed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundleActions } from "./bundle/bundle-actions.ts";
import { compareBundles } from "./bundle/compare-bundles.ts";
import { command } from "./kit/command.ts";
import { root } from "./root.ts";

const dist = join(root, "actions", "dist");

function committedFiles(): Map<string, Uint8Array> {
  if (!existsSync(dist)) return new Map();
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(dist.length + 1), readFileSync(path)]),
  );
}

await command(
  {
    usage: "npm run bundle",
    summary: "Bundles every action into actions/dist.",
    options: { check: { type: "boolean", help: "compare with what is there instead of writing" } },
  },
  async ({ check }) => {
    const names = readdirSync(join(root, "actions")).filter((name) =>
      existsSync(join(root, "actions", name, "main.ts")),
    );
    const { files, bytes } = await bundleActions(root, names);
    if (check) {
      const problems = compareBundles(files, committedFiles());
      for (const problem of problems) console.log(problem);
      if (problems.length > 0) console.log("actions/dist is not what the sources make: npm run bundle");
      return problems.length === 0 ? 0 : 1;
    }
    await rm(dist, { recursive: true, force: true });
    for (const [path, content] of files) {
      await mkdir(dirname(join(dist, path)), { recursive: true });
      await writeFile(join(dist, path), content);
    }
    console.log(
      `wrote ${files.size} files to actions/dist: ${kilobytes(bytes.shared)}, and ${kilobytes(bytes.sequelize)} of Sequelize`,
    );
    return 0;
  },
);

function kilobytes(count: number): string {
  return `${Math.round(count / 1000)} kB`;
}
