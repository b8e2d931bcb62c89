import { randomBytes } from "node:crypto";
import type { Answer } from "../http/answer.ts";
import { fullName, type Identity, pageUrl } from "../identity.ts";
import { type Html, html } from "./html.ts";
import { liveScript } from "./live-script.ts";
import { styleSheet } from "./style-sheet.ts";

/** A whole page. While `live`, it follows what happens without a reload. */
export function page(
  identity: Identity,
  options: { readonly title: string; readonly live: boolean; readonly body: Html; readonly status?: number },
): Answer {
  const nonce = randomBytes(16).toString("base64");
  const refresh = options.live
    ? html`<noscript><meta http-equiv="refresh" content="2"></noscript>`
    : undefined;
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${options.title} · ${fullName(identity)}</title>
${refresh}
<style nonce="${nonce}">${styleSheet}</style>
</head>
<body>
<header><a href="${pageUrl(identity)}"><b>${identity.owner}</b> / ${identity.repository}</a><span>GitHub, on this machine</span></header>
<main${options.live ? html` data-live` : undefined}>${options.body}</main>
<script nonce="${nonce}">${liveScript}</script>
</body>
</html>
`.text;
  return {
    status: options.status ?? 200,
    text,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      "x-content-type-options": "nosniff",
      // A form's request names its origin only where the policy lets it.
      "referrer-policy": "same-origin",
    },
  };
}
