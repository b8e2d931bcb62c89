export interface Post {
  readonly id: number;
  readonly caption: string;
  readonly url: string;
  readonly createdAt: string;
}

export interface Session {
  readonly email: string;
  readonly token: string;
}

/** An answer of the API that is not a success; `message` is the server's own. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** The calls that the site makes; headers are built anew for each request. */
export class Api {
  readonly #base: string;

  constructor(address: string) {
    this.#base = `${address}/api/v0`;
  }

  async feed(): Promise<readonly Post[]> {
    const { rows } = await this.#request<{ rows: readonly Post[] }>("GET", "/feed");
    return rows;
  }

  async register(email: string, password: string): Promise<Session> {
    const answer = await this.#request<{ token: string }>("POST", "/users/auth", { email, password });
    return { email, token: answer.token };
  }

  async logIn(email: string, password: string): Promise<Session> {
    const answer = await this.#request<{ token: string }>("POST", "/users/auth/login", { email, password });
    return { email, token: answer.token };
  }

  async #request<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const init: RequestInit = { method, headers: { accept: "application/json" } };
    if (body !== undefined) {
      init.headers = { ...init.headers, "content-type": "application/json" };
      init.body = JSON.stringify(body);
    }
    let response: Response;
    try {
      response = await fetch(this.#base + path, init);
    } catch {
      throw new ApiError(0, "The server cannot be reached. Check your connection and try again.");
    }
    const answer = (await response.json().catch(() => ({}))) as Answer & { message?: string };
    if (!response.ok)
      throw new ApiError(response.status, answer.message ?? `The server answered ${response.status}.`);
    return answer;
  }
}
