export interface Post {
  readonly id: number;
  readonly caption: string | null;
  readonly url: string;
  readonly createdAt: string | null;
  /** What who posted it is called; null where nobody said. */
  readonly author: string | null;
  /** Address of a small picture of the photo; null where there is none. */
  readonly preview: string | null;
}

export interface Page {
  /** How many there are in all. */
  readonly count: number;
  readonly rows: readonly Post[];
  /** Cursor of the page after this one; null on the last. */
  readonly next: string | null;
}

export interface Session {
  readonly email: string;
  readonly token: string;
}

/** One's own account. */
export interface OwnAccount {
  readonly email: string;
  readonly name: string | null;
}

/** Where to put a file, and the id under which the post names it. */
export interface UploadPlace {
  readonly url: string;
  readonly upload: string;
}

/** An answer of the API that is not a success; `message` is the server's own. Status 0: there was no answer. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** The session ended and was not renewed: there is nothing left to do until somebody logs in. */
export class SignedOutError extends ApiError {
  constructor() {
    super(401, "You are signed out. Log in to go on.");
  }
}

/** What the calls of a signed-in user need to know about the session. */
export interface Authority {
  token(): string | undefined;
  /** Called when the API no longer accepts `token`. Resolves with a new one, or with undefined when there is none to be had. */
  renew(token: string): Promise<string | undefined>;
}

interface Call {
  readonly body?: object;
  readonly authority?: Authority;
  readonly signal?: AbortSignal;
}

/** The calls that the site makes. All of them reject with `ApiError`, or with the reason of an aborted signal. */
export class Api {
  readonly #base: string;
  readonly #authority: Authority;
  readonly #patienceMs: number;

  /** A call without an answer fails after `patienceMs`. */
  constructor(address: string, authority: Authority, patienceMs = 20_000) {
    this.#base = `${address}/api/v0`;
    this.#authority = authority;
    this.#patienceMs = patienceMs;
  }

  feed(limit: number, cursor?: string): Promise<Page> {
    return this.#request("GET", `/feed?${pageQuery(limit, cursor)}`);
  }

  ownPosts(limit: number, cursor?: string): Promise<Page> {
    return this.#request("GET", `/feed/mine?${pageQuery(limit, cursor)}`, { authority: this.#authority });
  }

  post(id: number): Promise<Post> {
    return this.#request("GET", `/feed/${id}?view=card`);
  }

  /** Without a name, or with an empty one, a person of no name. */
  async register(email: string, password: string, name = ""): Promise<Session> {
    const { token } = await this.#request<Session>("POST", "/users/auth", {
      body: { email, password, ...(name === "" ? {} : { name }) },
    });
    return { email, token };
  }

  async logIn(email: string, password: string): Promise<Session> {
    const { token } = await this.#request<Session>("POST", "/users/auth/login", {
      body: { email, password },
    });
    return { email, token };
  }

  /** Whether the API accepts the token; asks nobody to renew it. Rejects when it cannot be known. */
  async accepts(token: string): Promise<boolean> {
    const authority = { token: () => token, renew: async () => undefined };
    return await this.#request("GET", "/users/auth/verification", { authority }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError && error.status === 401) return false;
        throw error;
      },
    );
  }

  account(): Promise<OwnAccount> {
    return this.#request("GET", "/users/me", { authority: this.#authority });
  }

  rename(name: string): Promise<OwnAccount> {
    return this.#request("PATCH", "/users/me", { body: { name }, authority: this.#authority });
  }

  /** Resolves with the session that follows; the one before has ended. */
  async changePassword(password: string, newPassword: string): Promise<Session> {
    const { token, user } = await this.#request<{ token: string; user: { email: string } }>(
      "PUT",
      "/users/me/password",
      { body: { password, newPassword }, authority: this.#authority },
    );
    return { email: user.email, token };
  }

  closeAccount(password: string): Promise<void> {
    return this.#request("POST", "/users/me/deletion", { body: { password }, authority: this.#authority });
  }

  requestUpload(file: File, signal: AbortSignal): Promise<UploadPlace> {
    const query = new URLSearchParams({ type: file.type, size: String(file.size), once: "true" });
    return this.#request("GET", `/feed/signed-url/${encodeURIComponent(file.name)}?${query}`, {
      authority: this.#authority,
      signal,
    });
  }

  /** `upload` and `preview` are ids of uploads that have arrived: of the photo, and of a small picture of it. */
  createPost(
    post: {
      readonly caption: string;
      readonly url: string;
      readonly upload: string;
      readonly preview?: string;
    },
    signal: AbortSignal,
  ): Promise<Post> {
    return this.#request("POST", "/feed?view=card", {
      body: post,
      authority: this.#authority,
      signal,
    });
  }

  deletePost(id: number): Promise<void> {
    return this.#request("DELETE", `/feed/${id}`, { authority: this.#authority });
  }

  async #request<Answer>(method: string, path: string, call: Call = {}): Promise<Answer> {
    const token = call.authority?.token();
    const response = await this.#send(method, path, call, token);
    if (response.status !== 401 || !call.authority) return await answerOf(response);
    const renewed = token === undefined ? undefined : await call.authority.renew(token);
    call.signal?.throwIfAborted();
    if (renewed === undefined) throw new SignedOutError();
    return await answerOf(await this.#send(method, path, call, renewed));
  }

  async #send(method: string, path: string, { body, signal }: Call, token?: string): Promise<Response> {
    const patience = AbortSignal.timeout(this.#patienceMs);
    try {
      return await fetch(this.#base + path, {
        method,
        headers: {
          accept: "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      });
    } catch {
      signal?.throwIfAborted();
      if (patience.aborted) throw new ApiError(0, "The server does not answer. Try again in a moment.");
      throw new ApiError(0, "The server cannot be reached. Check your connection and try again.");
    }
  }
}

function pageQuery(limit: number, cursor?: string): URLSearchParams {
  const page = { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) };
  return new URLSearchParams({ ...page, view: "card" });
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = (await response.json().catch(() => undefined)) as
    | (Answer & { message?: unknown })
    | undefined;
  if (response.ok && (answer !== undefined || response.status === 204)) return answer as Answer;
  if (typeof answer?.message !== "string") {
    throw new ApiError(
      response.status,
      `The server gave no proper answer (status ${response.status}). Try again.`,
    );
  }
  // The contract's "User was not found.." has two dots.
  throw new ApiError(response.status, answer.message.replace(/\.{2,}$/, "."));
}
