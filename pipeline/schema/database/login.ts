import type { ActionContext } from "../../kit/action.ts";
import type { DatabaseAddress } from "./address.ts";
import { sqlState } from "./database-errors.ts";

/** Where a database's address comes from. */
export interface AddressSource {
  /** The address of now, masked. Throws an `ActionError` that says what is wrong with it. */
  read(): Promise<DatabaseAddress>;
}

const wrongPassword = "28P01";

/** Gets sessions into a database whose password may be rotated at any time, between two of them too. */
export class Login {
  readonly #source: AddressSource;
  readonly #runner: ActionContext["runner"];
  #reading: Promise<DatabaseAddress> | undefined;

  constructor(source: AddressSource, { runner }: Pick<ActionContext, "runner">) {
    this.#source = source;
    this.#runner = runner;
  }

  /** As it was read last. */
  address(): Promise<DatabaseAddress> {
    this.#reading ??= this.#source.read();
    return this.#reading;
  }

  /**
   * Connects. When the password is refused, the address is read again, once for all sessions that are refused meanwhile; when
   * it has another password by then, that is tried.
   */
  async enter<T>(connect: (address: DatabaseAddress) => Promise<T>): Promise<T> {
    const reading = this.address();
    const refused = await reading;
    try {
      return await connect(refused);
    } catch (error) {
      if (sqlState(error) !== wrongPassword) throw error;
      if (this.#reading === reading) this.#reading = this.#source.read();
      const now = await this.address();
      if (now.user === refused.user && now.password === refused.password) throw error;
      this.#runner.info(`the password was rotated: trying the one that ${now.origin.name} has now`);
      return await connect(now);
    }
  }
}
