// What `npm start` says before and after.
import type { App } from "../../local/app.ts";
import { wrap } from "../../local/github/display/text.ts";
import type { State } from "../../local/state.ts";
import { type CallingWorkflows, tiersOf } from "./customer/calling-workflows.ts";
import { type Customer, flagOf, placeOf } from "./customer/customer.ts";
import type { Outcome } from "./deploy-head.ts";
import { pushCommand, uncommittedChanges } from "./local-remote.ts";

/** What is not deployed, and of another repository what was decided for it. */
export function startNotes(
  { folder, isUdagram }: Customer,
  { properties, repositories, hasOneAddress, apiPath }: App,
  asked: {
    readonly calling: CallingWorkflows;
    readonly environmentFile: string | undefined;
    readonly columns: number;
  },
): readonly string[] {
  const changes = uncommittedChanges(folder);
  const uncommitted =
    changes.length === 0
      ? []
      : [
          "Not deployed, because not committed:",
          ...changes.slice(0, 10).map((change) => `  ${change}`),
          ...(changes.length > 10 ? [`  and ${changes.length - 10} more`] : []),
        ];
  if (isUdagram) return uncommitted;
  const { hasSite, hasApi } = tiersOf(asked.calling.deploy);
  const names = properties.map(({ name }) => name).join(", ");
  const api =
    asked.environmentFile === undefined
      ? `Its API finds ${names}, PORT and the usual of Elastic Beanstalk; something else: --env <file>`
      : `Its API finds PORT, the usual of Elastic Beanstalk, and from ${asked.environmentFile}: ${names || "nothing"}`;
  const addresses = hasOneAddress
    ? `Visitors find site and API under one address, the API below ${apiPath}, as the site gets no config.json`
    : "Visitors find site and API under an address each";
  return [
    ...uncommitted,
    ...Object.entries(repositories).map(([name, { checkout }]) => `${name} is ${checkout}, at its HEAD`),
    ...(hasApi ? wrap(api, asked.columns) : []),
    ...(hasApi && hasSite ? wrap(addresses, asked.columns) : []),
    ...(asked.calling.rollback === undefined
      ? ["No workflow calls pipeline-rollback.yml, so nothing can be rolled back: see docs/adopting.md"]
      : []),
  ];
}

/** How it ended, where everything is, and what one may do next. */
export function endText(
  { folder, name, isUdagram }: Customer,
  { outcome, release, environment = "local", doubt, site, api }: Outcome,
  { app, github, staging }: State,
): string {
  const staged = site === undefined ? api && staging?.api : staging?.site;
  const who = isUdagram ? "Udagram" : name;
  const flag = flagOf(folder);
  const inEnvironment = placeOf(folder, environment);
  const sound = release === null ? "No release is live yet." : `${who} is live as ${release}.`;
  const headline = doubt === undefined ? sound : `${doubt}. To mend it: npm run repair${inEnvironment}`;
  const server = new URL(github.api).origin;
  return [
    "",
    outcome !== "failed" || release === null ? headline : `HEAD is not live. ${headline}`,
    "",
    ...(site === undefined ? [] : [`  site   ${site}`]),
    ...(api === undefined ? [] : [`  API    ${api}`]),
    ...(site === undefined || api === undefined ? [] : [`  both   ${app}`]),
    ...(staged === undefined ? [] : [`  staging ${staged}`]),
    `  runs   ${server}/${github.repository}`,
    "",
    `Deploy a change:  git commit, then ${pushCommand(isUdagram, github.remote, github.branch)}`,
    ...(staging === undefined ? [] : [`Let it go on:     npm run promote${flag}`]),
    `What is live:     npm run status${flag}`,
    `What was live:    npm run releases${flag}`,
    `Go back:          npm run rollback${inEnvironment}`,
    "Stop:             Ctrl-C",
  ].join("\n");
}
