import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { runSideBySide, type Task } from "./side-by-side.ts";

const program = (name: string, code: string): Task => ({ name, args: ["--eval", code] });
const withoutTimes = (text: string): string => text.replace(/\(\d+ s\)/g, "(… s)");

describe("programs that run side by side", () => {
  it("are shown whole, in the order of the list, and those that failed are named", async () => {
    let shown = "";
    const { failed, interrupted } = await runSideBySide(
      [
        program("slow", 'setTimeout(() => console.log("slow 2"), 400); console.log("slow 1")'),
        program("quick", 'console.log("quick"); console.error("and wrong"); process.exitCode = 3'),
        program("killed", 'process.kill(process.pid, "SIGKILL")'),
      ],
      (text) => {
        shown += text;
      },
    );
    expect(withoutTimes(shown)).to.equal(
      [
        "\nslow\nslow 1\nslow 2\nok  slow (… s)\n",
        "\nquick\nquick\nand wrong\nFAILED  quick (… s)\n",
        "\nkilled\nFAILED  killed (… s)\n",
      ].join(""),
    );
    expect(failed).to.deep.equal(["quick", "killed"]);
    expect(interrupted).to.equal(undefined);
  });

  it("may clean up when the whole is ended", async () => {
    const tidy =
      'process.once("SIGTERM", () => { console.log("tidied"); process.exit() }); console.log("up"); setInterval(() => {}, 9999)';
    const whole = `import { runSideBySide } from ${JSON.stringify(join(import.meta.dirname, "side-by-side.ts"))};
      const task = { name: "tidy", args: ["--eval", ${JSON.stringify(tidy)}] };
      process.exitCode = (await runSideBySide([task], (text) => process.stdout.write(text))).interrupted;`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", whole], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let shown = "";
    child.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString("utf8");
      if (chunk.includes("up\n")) child.kill("SIGTERM");
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).to.equal(143);
    expect(withoutTimes(shown)).to.equal("\ntidy\nup\ntidied\nok  tidy (… s)\n");
  });
});
