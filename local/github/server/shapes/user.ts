import type { Identity } from "../identity.ts";

/** Login that acts for a job's own token. */
export const botLogin = "github-actions[bot]";

const botId = 41898282;

/** A "simple user" of the REST API and of payloads. */
export function userShape(identity: Identity, login: string) {
  const bot = login === botLogin;
  const known: Readonly<Record<string, number>> = {
    [identity.owner]: identity.ownerId,
    [identity.actor]: identity.actorId,
    [botLogin]: botId,
  };
  const id = known[login] ?? 0;
  const url = `${identity.api}/users/${encodeURIComponent(login)}`;
  const page = bot ? `${identity.server}/apps/github-actions` : `${identity.server}/${login}`;
  return {
    login,
    id,
    node_id: nodeId(bot ? "Bot" : "User", id),
    avatar_url: "",
    gravatar_id: "",
    url,
    html_url: page,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: bot ? "Bot" : "User",
    user_view_type: "public",
    site_admin: false,
  };
}

/** An opaque id as GitHub's GraphQL API has them. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`${type}:${id}`).toString("base64url");
}
