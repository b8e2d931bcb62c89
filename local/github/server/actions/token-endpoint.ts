import { type Answer, ApiError, notFound, ok } from "../http/answer.ts";
import type { IncomingRequest } from "../http/http-server.ts";
import type { OidcIssuer } from "./oidc.ts";

/** The issuer over HTTP: discovery, keys, and the address where jobs ask for tokens. */
export async function answerOidc(oidc: OidcIssuer, request: IncomingRequest): Promise<Answer> {
  switch (request.path) {
    case "/_services/token/.well-known/openid-configuration":
      return ok(oidc.configuration());
    case "/_services/token/.well-known/jwks":
      return ok(oidc.keys());
    case "/_services/pipelines/oidctoken": {
      const bearer = /^bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
      const value = await oidc.sign(bearer, request.query.get("audience") ?? undefined);
      if (value === undefined) throw new ApiError(401, "The request token is not that of a running job");
      return ok({ count: value.length, value });
    }
    default:
      throw notFound();
  }
}
