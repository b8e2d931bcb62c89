/** What the manifest says of an API whose source bundle is written. */
export interface BuiltApi {
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The versions of Node.js that it runs on, as `engines.node` says it. */
  readonly node: string;
}
