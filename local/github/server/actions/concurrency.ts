import {
  ConcurrencyCancelled,
  type ConcurrencyLease,
  type ConcurrencyRequest,
} from "../../runner-services.ts";

interface Place {
  readonly request: ConcurrencyRequest;
  readonly take: (lease: ConcurrencyLease) => void;
  readonly refuse: (reason: unknown) => void;
}

interface Group {
  holder: Place;
  pending: Place[];
}

/** GitHub's limit for `queue: max`; further runs are cancelled. */
const longestQueue = 100;

/**
 * Concurrency groups of the repository: one holder each, the others wait in the order they came. Names are compared
 * without regard to case. https://docs.github.com/actions/concepts/workflows-and-actions/concurrency
 */
export class Concurrency {
  readonly #groups = new Map<string, Group>();

  enter(request: ConcurrencyRequest): Promise<ConcurrencyLease> {
    const name = request.group.toLowerCase();
    return new Promise<ConcurrencyLease>((take, refuse) => {
      if (request.signal.aborted) return refuse(request.signal.reason);
      const place: Place = { request, take, refuse };
      const group = this.#groups.get(name);
      if (group === undefined) {
        this.#groups.set(name, { holder: place, pending: [] });
        take(this.#lease(name, place));
        return;
      }
      this.#wait(name, group, place);
    });
  }

  #wait(name: string, group: Group, place: Place): void {
    const { request } = place;
    if (request.queue === "max" && group.pending.length >= longestQueue) {
      place.refuse(new ConcurrencyCancelled(request.group));
      return;
    }
    if (request.queue === "single" || request.cancelInProgress) {
      // A newcomer that keeps no queue takes the place of those that wait likewise; a queue that others keep stays.
      const replaced = group.pending.filter(
        (other) => other.request.queue === "single" || request.cancelInProgress,
      );
      group.pending = group.pending.filter((other) => !replaced.includes(other));
      for (const other of replaced) other.refuse(new ConcurrencyCancelled(request.group, request.by));
    }
    group.pending.push(place);
    request.signal.addEventListener("abort", () => this.#giveUp(name, place), { once: true });
    if (request.cancelInProgress) {
      group.holder.request.cancelHolder(new ConcurrencyCancelled(request.group, request.by).message);
    }
    tellPositions(group);
  }

  #giveUp(name: string, place: Place): void {
    const group = this.#groups.get(name);
    if (group === undefined || !group.pending.includes(place)) return;
    group.pending = group.pending.filter((other) => other !== place);
    place.refuse(place.request.signal.reason);
    tellPositions(group);
  }

  #lease(name: string, holder: Place): ConcurrencyLease {
    return {
      release: () => {
        const group = this.#groups.get(name);
        if (group?.holder !== holder) return;
        const next = group.pending.shift();
        if (next === undefined) {
          this.#groups.delete(name);
          return;
        }
        group.holder = next;
        next.take(this.#lease(name, next));
        tellPositions(group);
      },
    };
  }
}

function tellPositions(group: Group): void {
  for (const [index, place] of group.pending.entries()) place.request.onWait(index + 1);
}
