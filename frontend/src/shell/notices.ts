import { Store } from "../store.ts";

export interface Notice {
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string };
}

const shownMs = 6000;

/** What has just happened, said once at the edge of the page. */
export class Notices extends Store<Notice | undefined> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super(undefined);
  }

  /** One with a link stays until it is dismissed: there is something to do. */
  say(notice: Notice): void {
    clearTimeout(this.#timer);
    this.set(notice);
    if (!notice.link) this.#timer = setTimeout(() => this.dismiss(), shownMs);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.set(undefined);
  }
}
