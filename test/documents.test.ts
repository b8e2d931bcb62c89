import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { root } from "../scripts/root.ts";

describe("the pages", () => {
  const pages = globSync("{*.md,docs/**/*.md,{actions/*,local,scripts,test}/README.md,local/**/SPEC.md}", {
    cwd: root,
    exclude: (name) => name === "node_modules",
  }).sort();

  it("name files of this repository that are there", () => {
    const missing = pages.flatMap((page) => {
      const text = readFileSync(join(root, page), "utf8");
      const named = [
        ...text.matchAll(/`((?:pipeline|actions|local|scripts|test|backend|frontend)\/[\w./-]+\.\w+)`/g),
      ];
      return named.flatMap(([, file = ""]) => (existsSync(join(root, file)) ? [] : [`${page}: ${file}`]));
    });
    expect(missing).to.deep.equal([]);
  });

  it("lead to pages and pictures that are there", () => {
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
      const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, to = ""]) => to);
      return links.flatMap((to) =>
        /^[a-z]+:/.test(to) || existsSync(join(root, dirname(page), to)) ? [] : [`${page}: ${to}`],
      );
    });
    expect(broken).to.deep.equal([]);
  });
});
