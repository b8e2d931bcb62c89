import { setTimeout as sleep } from "node:timers/promises";
import { sha256 } from "../../../pipeline/kit/sha256.ts";
import type { Pair } from "./pair.ts";

/**
 * Watches the order of the tiers: the newer site must never meet the older API. The API is asked before and after the
 * page, so that a change between the two requests is no finding.
 */
export class TierOrder {
  readonly #pair: Pair;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  readonly #findings = new Set<string>();

  constructor(pair: Pair) {
    this.#pair = pair;
    this.#ended = this.#watch();
  }

  async stop(): Promise<readonly string[]> {
    this.#stopping.abort();
    await this.#ended;
    return [...this.#findings];
  }

  async #watch(): Promise<void> {
    const { a, b, stage } = this.#pair;
    const newest = b.site.files["index.html"]?.sha256;
    while (!this.#stopping.signal.aborted) {
      const before = await this.#apiVersion();
      const page = sha256(await (await fetch(`${stage.stack.state.site}/`)).text());
      const after = await this.#apiVersion();
      if (page === newest && before === a.api.version && after === before) {
        this.#findings.add("the page of release B met the API of release A");
      }
      await sleep(100, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  async #apiVersion(): Promise<string> {
    const answer = await fetch(`${this.#pair.stage.stack.state.api}/version`).catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as { version: string }).version : "";
  }
}
