import type { Program } from "./watch-process.ts";

/** One sync, as a tool is told of it. */
export interface Sync {
  readonly folder: string;
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Of the tool's own, kept between its syncs. */
  readonly home: string;
}

export const scenarios = ["first upload", "no change", "one file", "same size", "rollback"] as const;
export type Scenario = (typeof scenarios)[number];

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** How it was called, for the report; "" for this action. */
  readonly calledAs: string;
  /** The environment whose releases it puts there; absent where it is told of a folder alone, and reads every file. */
  readonly environment?: string;
  /** It finds out by content whether a file changed, as far as its documentation says. */
  readonly comparesContent: boolean;
  readonly scenarios: readonly Scenario[];
  /** `release` is the handle of an attempt in its environment. */
  program(sync: Sync, release?: string): Program;
}
