/** Too much waits already. */
export class QueueFull extends Error {
  constructor() {
    super("too much waits already");
    this.name = "QueueFull";
  }
}

/** Nobody waits for the result any more. */
export class ClientLeft extends Error {
  constructor() {
    super("the client has left");
    this.name = "ClientLeft";
  }
}

/** Whose work it is. */
export interface Turn {
  readonly kind: string;
  /** Of a subscriber: see `subscriberOf`. */
  readonly address: string;
  /** Aborted when the client has left. */
  readonly signal?: AbortSignal;
}

interface Bounds {
  readonly atOnce: number;
  /** Of one kind and one address that may wait. */
  readonly mostPerAddress: number;
  readonly most: number;
}

export interface FairQueue {
  /** Throws `QueueFull` and `ClientLeft`, and whatever the work throws. */
  run<T>(turn: Turn, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: Error) => void;
}

type Lanes = Map<string, Waiting[]>;

/**
 * Runs so many works at once. Those that wait take turns: kinds in turn, among them addresses in turn, and each address's own
 * in their order, so that a flood delays nobody but its sender. When it is full, the address that has most waiting gives
 * up its last.
 */
export function createFairQueue({ atOnce, mostPerAddress, most }: Bounds): FairQueue {
  const kinds = new Map<string, Lanes>();
  let free = atOnce;
  let waiting = 0;

  const laneOf = ({ kind, address }: Turn): Waiting[] => {
    const lanes = kinds.get(kind) ?? new Map<string, Waiting[]>();
    kinds.set(kind, lanes);
    const lane = lanes.get(address) ?? [];
    lanes.set(address, lane);
    return lane;
  };
  const takeNext = (): Waiting | undefined => {
    for (const [kind, lanes] of kinds) {
      for (const [address, lane] of lanes) {
        const next = lane.shift();
        // Whoever had a turn goes to the end; what is empty is forgotten.
        lanes.delete(address);
        if (lane.length > 0) lanes.set(address, lane);
        kinds.delete(kind);
        if (lanes.size > 0) kinds.set(kind, lanes);
        if (next === undefined) continue;
        waiting -= 1;
        return next;
      }
      kinds.delete(kind);
    }
    return undefined;
  };
  const makeRoomFor = (lane: readonly Waiting[]): void => {
    if (lane.length >= mostPerAddress) throw new QueueFull();
    if (waiting < most) return;
    const all = [...kinds.values()].flatMap((lanes) => [...lanes.values()]);
    const longest = all.reduce((one, other) => (other.length > one.length ? other : one));
    if (longest.length <= lane.length) throw new QueueFull();
    longest.pop()?.refuse(new QueueFull());
    waiting -= 1;
  };
  const wait = (turn: Turn): Promise<void> => {
    const lane = laneOf(turn);
    makeRoomFor(lane);
    const { signal } = turn;
    return new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        lane.splice(lane.indexOf(one), 1);
        waiting -= 1;
        reject(new ClientLeft());
      };
      const one: Waiting = {
        begin: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
        refuse: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      lane.push(one);
      waiting += 1;
    });
  };
  return {
    async run(turn, work) {
      if (turn.signal?.aborted) throw new ClientLeft();
      if (free > 0) free -= 1;
      else await wait(turn);
      try {
        return await work();
      } finally {
        const next = takeNext();
        if (next) next.begin();
        else free += 1;
      }
    },
  };
}
