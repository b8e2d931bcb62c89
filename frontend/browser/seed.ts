import { expect } from "chai";
import type { Session } from "../src/api.ts";
import { type SampleName, samplePhoto } from "./sample-photos.ts";
import type { Stage } from "./stage.ts";
import { password, Visitor } from "./visitor.ts";

/** What a test finds when it begins, made through the API. */
export class Seed {
  readonly #stage: Stage;
  readonly #photos = new Map<SampleName, Buffer>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async user(email: string, name?: string): Promise<Session> {
    const { token = "" } = await this.#call("POST", "/users/auth", 201, { body: { email, password, name } });
    return { email, token };
  }

  async post({ token }: Session, caption: string, photo: SampleName): Promise<void> {
    const content = await this.photo(photo);
    const name = `${photo}.jpg`;
    const path = `/feed/signed-url/${name}?type=image%2Fjpeg&size=${content.length}`;
    const { url = "", upload } = await this.#call("GET", path, 201, { token });
    const put = await fetch(url, {
      method: "PUT",
      headers: { "content-type": "image/jpeg" },
      body: new Uint8Array(content),
    });
    expect(put.status).to.equal(200);
    await this.#call("POST", "/feed", 201, { token, body: { caption, url: name, upload } });
  }

  /** A post whose photo was never uploaded, as clients of the original can make it. */
  async postWithoutPhoto({ token }: Session, caption: string): Promise<void> {
    await this.#call("POST", "/feed", 201, { token, body: { caption, url: "never-uploaded.jpg" } });
  }

  async photo(name: SampleName): Promise<Buffer> {
    const known = this.#photos.get(name);
    if (known) return known;
    const visitor = await Visitor.arrive(this.#stage);
    const drawn = await samplePhoto(visitor.page, name);
    await visitor.leave();
    this.#photos.set(name, drawn);
    return drawn;
  }

  async #call(
    method: string,
    path: string,
    status: number,
    { body, token }: { readonly body?: object; readonly token?: string },
  ): Promise<Record<string, string>> {
    const response = await fetch(`${this.#stage.api}/api/v0${path}`, {
      method,
      headers: {
        ...(body ? { "content-type": "application/json" } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as Record<string, string>;
    expect(response.status, JSON.stringify(answer)).to.equal(status);
    return answer;
  }
}
