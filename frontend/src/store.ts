import { useEffect, useState } from "preact/hooks";

/** A value that changes over time and that views follow. */
export class Store<State> {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(initial: State) {
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Calls `listener` after each change; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected set(next: State): void {
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  }

  protected patch(changes: Partial<State>): void {
    this.set({ ...this.#state, ...changes });
  }
}

/** The state of a store; the component renders again whenever it changes. */
export function useStore<State>(store: Store<State>): State {
  const [, render] = useState(store.state);
  useEffect(() => {
    const follow = (): void => render(store.state);
    // What changed between rendering and here would otherwise go unseen.
    follow();
    return store.subscribe(follow);
  }, [store]);
  return store.state;
}
