import { createReadStream } from "node:fs";
import type { DownloadLinks } from "./actions/download-links.ts";
import { answerOidc } from "./actions/token-endpoint.ts";
import { type Answer, ApiError, notFound } from "./http/answer.ts";
import type { IncomingRequest } from "./http/http-server.ts";
import type { RequestFaults } from "./http/request-faults.ts";
import type { Hub } from "./hub.ts";
import { LocalApi } from "./local-api.ts";
import { answerPage } from "./pages/pages.ts";
import { RestApi } from "./rest/api.ts";

/** The front door: which part of the server a path belongs to. */
export class Front {
  readonly #hub: Hub;
  readonly #downloads: DownloadLinks;
  readonly #rest: RestApi;
  readonly #local: LocalApi;

  constructor(hub: Hub, faults: RequestFaults, downloads: DownloadLinks) {
    this.#hub = hub;
    this.#downloads = downloads;
    this.#rest = new RestApi(hub, downloads);
    this.#local = new LocalApi(hub, faults);
  }

  async respond(request: IncomingRequest): Promise<Answer> {
    const { path } = request;
    if (path.startsWith("/_local/")) return this.#local.answer(request);
    if (path.startsWith("/_services/artifacts/")) return this.#download(path);
    if (path.startsWith("/_services/")) return answerOidc(this.#hub.oidc, request);
    if (path === "/api/v3" || path.startsWith("/api/v3/"))
      return this.#rest.answer(request, path.slice("/api/v3".length));
    // Octokit with the bare address as its base, as for api.github.com.
    if (/^\/(repos|users)\/|^\/(user|rate_limit|meta)$/.test(path)) return this.#rest.answer(request, path);
    return answerPage(this.#hub, request);
  }

  /** Who made the request, for the log. */
  describe(request: IncomingRequest): string | undefined {
    if (request.headers.authorization === undefined) return undefined;
    try {
      const principal = this.#rest.principalOf(request);
      if (principal.kind === "person") return this.#hub.repository.identity.actor;
      return `run ${principal.job.run.id} job ${principal.job.job}`;
    } catch {
      return undefined;
    }
  }

  #download(path: string): Answer {
    const key = /^\/_services\/artifacts\/([0-9a-f]+)\.zip$/.exec(path)?.[1] ?? "";
    const id = this.#downloads.artifact(key);
    const artifact = id === undefined ? undefined : this.#hub.actions.artifacts.get(id);
    if (artifact === undefined) throw notFound();
    if (this.#hub.actions.artifacts.isExpired(artifact)) throw new ApiError(410, "Artifact has expired");
    return {
      status: 200,
      headers: {
        "content-type": "application/zip",
        "content-length": String(artifact.bytes),
        "content-disposition": `attachment; filename="${encodeURIComponent(artifact.name)}.zip"`,
      },
      stream: createReadStream(this.#hub.actions.artifacts.zipOf(artifact)),
    };
  }
}
