import { globSync } from "node:fs";
import { root } from "../root.ts";

/** The suites of the application, which are its packages. */
export const appSuites = ["backend", "frontend"] as const;

export type AppSuite = (typeof appSuites)[number];

/** What takes long: files named so, and the browser. */
const slow = /\.slow\.test\.ts$|^frontend\/browser\//;

/** The test files of a suite, relative to the root and sorted; `quick` leaves out what takes long. */
export function testFilesOf(suite: AppSuite, quick: boolean): readonly string[] {
  return globSync(`${suite}/**/*.test.ts`, { cwd: root, exclude: ["**/node_modules"] })
    .filter((file) => !quick || !slow.test(file))
    .sort();
}
