import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { root } from "../scripts/root.ts";

interface Import {
  readonly from: string;
  readonly to: string;
}

/** The room of a file: the first folder, and under `actions` the action's. */
function roomOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "actions" ? `actions/${second}` : top;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/^(?:import|export)\b[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm);
  return [...found].map(([, path, dynamic]) => ({
    from: file,
    to: relative(root, join(root, dirname(file), path ?? dynamic ?? "")),
  }));
}

const spanning = ["actions/plan", "actions/release", "actions/rollback"];

/** Why an import points the wrong way; undefined when it may stand. */
function objection({ from, to }: Import): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (to.endsWith("/main.ts") && to.startsWith("actions/")) return "nothing imports an action's main.ts";
  if (room === target) return undefined;
  const product = room.startsWith("actions") || room === "backend" || room === "frontend";
  if (product && ["local", "test", "scripts"].includes(target)) return `${room} must not know ${target}`;
  if (room === "actions/lib") return "actions/lib imports no action";
  if (room === "backend" || room === "frontend") return `${room} imports nothing of this repository`;
  if (room.startsWith("actions/") && target.startsWith("actions/")) {
    if (target === "actions/lib" || spanning.includes(room)) return undefined;
    return "an action knows no other action";
  }
  if (room === "local" && !target.startsWith("local")) return "local imports only local";
  return undefined;
}

describe("imports point one way", () => {
  const product = globSync("{actions,backend,frontend,local}/**/*.{ts,tsx}", { cwd: root }).filter(
    (file) => !/node_modules|\/dist\//.test(file),
  );
  // Tests, and what only tests import, may reach for the stand-ins.
  const forTests = /\.test\.ts$|(^|\/)test-|\/testing\/|-fixture\.ts$|-samples\.ts$|^frontend\/browser\//;
  const sources = product.filter((file) => !forTests.test(file));

  it("finds the sources", () => {
    expect(sources.length).to.be.greaterThan(100);
  });

  it("has no import against the arrows", () => {
    const against = sources.flatMap(importsOf).flatMap((one) => {
      const reason = objection(one);
      return reason === undefined ? [] : [`${one.from} imports ${one.to}: ${reason}`];
    });
    expect(against).to.deep.equal([]);
  });

  it("reads the environment of the process at the edges only", () => {
    const edges =
      /^actions\/lib\/action\.ts$|\/main\.ts$|^frontend\/|^local\/github\/server\/hooks\/|\/sample-application\.ts$/;
    const readers = sources.filter(
      (file) => !edges.test(file) && /\bprocess\.env\b/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(readers).to.deep.equal([]);
  });

  it("would see a wrong one", () => {
    expect(objection({ from: "actions/s3-sync/run.ts", to: "actions/eb-deploy/plan.ts" })).to.be.a("string");
    expect(objection({ from: "backend/src/app.ts", to: "local/state.ts" })).to.be.a("string");
    expect(objection({ from: "actions/release/finish.ts", to: "actions/s3-sync/sync-site.ts" })).to.equal(
      undefined,
    );
  });
});
