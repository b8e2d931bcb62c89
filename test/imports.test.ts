import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { root } from "../scripts/root.ts";

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Files that only tests run, and that may reach for the stand-ins. */
const forTests = /\.test\.ts$|-fixture\.ts$|\/testing\/|^frontend\/browser\/|^test\//;

const sources = globSync("{actions,pipeline,backend,frontend,local,scripts,test}/**/*.{ts,tsx,mjs}", {
  cwd: root,
})
  .filter((file) => !/node_modules|\/dist\//.test(file))
  .sort();
const product = sources.filter((file) => !forTests.test(file));

/** What a file names of this repository: types, values, side effects, later imports and the files of threads. */
function importsOf(file: string, text = readFileSync(join(root, file), "utf8")): Import[] {
  const statements = /^(?:import|export)\b[^;]*?from\s+"(\.[^"]+)"/gm;
  const sideEffects = /^import\s+"(\.[^"]+)"/gm;
  const expressions = /\bimport\(\s*"(\.[^"]+)"|new URL\(\s*"(\.[^"]+\.ts)"/g;
  const found = [statements, sideEffects, expressions].flatMap((pattern) => [...text.matchAll(pattern)]);
  return found.map(([, path, thread]) => ({
    from: file,
    to: relative(root, join(root, dirname(file), path ?? thread ?? "")),
  }));
}

/** Who may import whom, by the table "Rooms" of docs/architecture.md: the rooms in code spans, the more exact name first. */
function readTable(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const [, section = ""] = text.split("\n## Rooms\n");
  const rows =
    section
      .split("\n## ")[0]
      ?.split("\n")
      .filter((line) => line.startsWith("| `")) ?? [];
  const names = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  return new Map(
    rows.flatMap((row) => {
      const [, rooms, , mayImport] = row.split("|");
      return names(rooms).map((room) => [room, names(mayImport)] as const);
    }),
  );
}

const table = readTable();
const rooms = [...table.keys()].sort((a, b) => b.length - a.length);

function roomOf(file: string): string | undefined {
  return rooms.find((room) => file.startsWith(`${room}/`));
}

/** Why an import points the wrong way; undefined when it may stand. */
function objection({ from, to }: Import): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === undefined || target === undefined) return "the table of docs/architecture.md has no such room";
  if (to.startsWith("actions/") && from !== to) return "nothing imports a door";
  if (room === target || table.get(room)?.some((name) => target === name || target.startsWith(`${name}/`)))
    return undefined;
  return `${room} may import ${table.get(room)?.join(", ") || "nothing of this repository"}`;
}

/** Groups of files that import each other, directly or by way of others. */
function circles(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const reached = new Map<string, Set<string>>();
  for (const start of next.keys()) {
    const seen = new Set<string>();
    const waiting = [start];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      for (const { to } of next.get(file) ?? []) {
        if (!seen.has(to)) waiting.push(to);
        seen.add(to);
      }
    }
    reached.set(start, seen);
  }
  const inCircles = [...reached].filter(([file, seen]) => seen.has(file)).map(([file]) => file);
  const groups = Map.groupBy(inCircles, (file) =>
    inCircles.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).join(" "),
  );
  return [...groups.values()];
}

describe("imports point one way", () => {
  const imports = product.flatMap((file) => importsOf(file));

  it("finds the sources and the table", () => {
    expect(product.length).to.be.greaterThan(300);
    expect(table.size).to.be.greaterThan(15);
  });

  it("has no import against the arrows", () => {
    const against = imports.flatMap((one) => {
      const reason = objection(one);
      return reason === undefined ? [] : [`${one.from} imports ${one.to}: ${reason}`];
    });
    expect(against).to.deep.equal([]);
  });

  it("has no circles, those of types alone included", () => {
    expect(circles(sources.flatMap((file) => importsOf(file)))).to.deep.equal([]);
  });

  it("has rooms of at most 22 files, tests not counted", () => {
    const folders = Map.groupBy(product, (file) => dirname(file));
    const crowded = [...folders].filter(([, files]) => files.length > 22);
    expect(crowded.map(([folder, files]) => `${folder}: ${files.length} files`)).to.deep.equal([]);
  });

  it("has doors with nothing behind them but a room", () => {
    const doors = globSync("actions/*/**/*.*", { cwd: root }).filter(
      (file) => !file.startsWith("actions/dist/"),
    );
    const others = doors.filter((file) => !/\/(action\.yml|README\.md|main\.ts)$/.test(file));
    expect(others).to.deep.equal([]);
  });

  it("reads the environment of the process at the edges only", () => {
    const edges =
      /^pipeline\/kit\/action\.ts$|^pipeline\/test\/mocha-worker\.ts$|^pipeline\/schema\/process\/migration-worker\.ts$|^actions\/[\w-]+\/main\.ts$|^backend\/src\/main\.ts$|^frontend\/|^local\/github\/server\/hooks\/|\/sample-application\.ts$|^scripts\//;
    const readers = product.filter(
      (file) => !edges.test(file) && /\bprocess\.env\b/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(readers).to.deep.equal([]);
  });

  it("would see a wrong one", () => {
    const arrow = (from: string, to: string): string | undefined => objection({ from, to });
    expect(arrow("pipeline/site/run.ts", "pipeline/api/plan.ts")).to.be.a("string");
    expect(arrow("pipeline/kit/action.ts", "pipeline/aws/s3.ts")).to.be.a("string");
    expect(arrow("pipeline/site/run.ts", "actions/s3-sync/main.ts")).to.be.a("string");
    expect(arrow("backend/src/app.ts", "local/state.ts")).to.be.a("string");
    expect(arrow("pipeline/releases/finish/finish.ts", "pipeline/releases/begin/begin.ts")).to.be.a("string");
    expect(arrow("pipeline/releases/put-back/site-tier.ts", "pipeline/site/sync-site.ts")).to.equal(
      undefined,
    );
  });

  it("would see every kind of import, and a circle of them", () => {
    const text = [
      'import "./a.ts";',
      'import type { B } from "./b.ts";',
      'export * from "./c.ts";',
      "import {",
      "  D,",
      '} from "../d.ts";',
      'const e = await import("./e.ts");',
      'new Worker(new URL("./f.ts", import.meta.url));',
    ].join("\n");
    const found = importsOf("pipeline/kit/x.ts", text).map(({ to }) => to.replace("pipeline/", ""));
    expect(found.sort()).to.deep.equal(["d.ts", "kit/a.ts", "kit/b.ts", "kit/c.ts", "kit/e.ts", "kit/f.ts"]);
    const around = ["a b", "b c", "c a", "c d"].map((pair) => {
      const [from = "", to = ""] = pair.split(" ");
      return { from, to };
    });
    expect(circles(around)).to.deep.equal([["a", "b", "c"]]);
  });
});
