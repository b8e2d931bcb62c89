import type { Hub } from "../hub.ts";
import type { Deployment } from "../state/deployments.ts";
import { type Html, html } from "./html.ts";
import { stateMark } from "./state-mark.ts";

/**
 * What is live in each environment, as GitHub's Deployments say: the newest one that succeeded, with its address, and what was
 * tried after it.
 */
export function livePanel({ deployments, settings }: Hub): Html | undefined {
  const byEnvironment = Map.groupBy(deployments.list(), ({ environment }) => environment);
  if (byEnvironment.size === 0) return undefined;
  const cards = [...byEnvironment].map(([environment, all]) =>
    card(environment, all, settings.variables(environment).API_URL),
  );
  return html`<h2>Live now</h2><div class="card">${cards}</div>`;
}

function card(environment: string, newestFirst: readonly Deployment[], api: string | undefined): Html {
  const live = newestFirst.find((one) => stateOf(one) === "success");
  const newest = newestFirst[0];
  const later = newest === undefined || newest === live ? undefined : newest;
  const status = live?.statuses.at(-1);
  const addresses = [status?.environmentUrl, hasApi(live) ? api : undefined].filter(
    (address): address is string => live !== undefined && /^https?:/.test(address ?? ""),
  );
  // While one is open, or where one left nothing whole, what was live before is not what visitors get.
  const unsettled =
    later !== undefined && ["in_progress", "queued", "pending", "error"].includes(stateOf(later));
  const before = unsettled ? html`<span class="soft">was live before:</span> ` : undefined;
  const said =
    live === undefined
      ? html`<span class="soft">nothing yet</span>`
      : html`${before}<code>${live.sha.slice(0, 7)}</code> ${status?.description ?? ""}`;
  return html`<div class="row">${stateMark(unsettled && later ? stateOf(later) : live === undefined ? "queued" : "success")}<span class="grow"><b>${environment}</b> ${said}${addresses.map(
    (address) => html`<br><a href="${address}">${address}</a>`,
  )}${
    later === undefined
      ? undefined
      : html`<br><span class="soft">after it: ${stateOf(later).replaceAll("_", " ")}, <code>${later.sha.slice(0, 7)}</code> ${later.statuses.at(-1)?.description ?? ""}</span>`
  }</span></div>`;
}

/** As the pipeline says in what it sends along; what others send says nothing of it. */
function hasApi(live: Deployment | undefined): boolean {
  const { payload } = live ?? {};
  return /"apiVersion":\s*"[0-9a-f]/.test(
    typeof payload === "string" ? payload : JSON.stringify(payload ?? {}),
  );
}

function stateOf({ statuses }: Deployment): string {
  return statuses.at(-1)?.state ?? "queued";
}
