import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";

/** A command that loses something, with these options, its input being `answer`: in a terminal, or without one. */
function ended(args: readonly string[], terminal: { readonly answer: string } | undefined) {
  const source = [
    `import { command } from ${JSON.stringify(join(root, "scripts/kit/command.ts"))};`,
    `import { confirm, yesOption } from ${JSON.stringify(join(root, "scripts/kit/confirm.ts"))};`,
    ...(terminal === undefined ? [] : ["process.stdin.isTTY = process.stdout.isTTY = true;"]),
    `await command({ usage: "npm run reset", summary: "", options: { yes: yesOption }, args: ${JSON.stringify(args)} }, async ({ yes }) => {`,
    `  await confirm({ lost: ["all of it"], question: "Lose it?", withYes: "npm run reset -- --yes" }, yes);`,
    `  console.log("LOST");`,
    "  return 0;",
    "});",
  ].join("\n");
  const child = spawn(process.execPath, ["--input-type=module", "-e", source]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  child.stdin.end(terminal?.answer ?? "yes\n");
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, output })),
  );
}

describe("a question before what cannot be undone", () => {
  it("is answered by --yes", async () => {
    const { code, output } = await ended(["--yes"], undefined);
    expect([code, output]).to.deep.equal([0, "LOST\n"]);
  });

  it("is a no where there is no terminal, whatever the input says, and shows the form that is a yes", async () => {
    const { code, output } = await ended([], undefined);
    expect(code).to.equal(2);
    expect(output).to.contain("all of it").and.contain("npm run reset -- --yes").and.not.contain("LOST");
  });

  for (const answer of ["y\n", "Yes\n"]) {
    it(`is a yes for ${JSON.stringify(answer)}`, async () => {
      const { code, output } = await ended([], { answer });
      expect(code, output).to.equal(0);
      expect(output).to.contain("Lose it? [y/N]").and.contain("LOST");
    });
  }

  for (const answer of ["\n", "n\n", "yesterday\n", ""]) {
    it(`is a no for ${JSON.stringify(answer)}`, async () => {
      const { code, output } = await ended([], { answer });
      expect(code, output).to.equal(2);
      expect(output).to.contain("nothing was done").and.not.contain("LOST");
    });
  }
});
