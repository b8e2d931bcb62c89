import { RequestRefused } from "../relay/traffic.ts";

/** What a migration asked for that it must not have: the end of the transaction that it runs in. */
export class TransactionEnded extends RequestRefused {
  constructor(statement: string) {
    // invalid_transaction_termination
    super(
      "2D000",
      `${statement === "" ? "it ended its transaction" : `it says "${statement}"`}, and the transaction is not the migration's to end: it holds the record too`,
    );
  }
}
