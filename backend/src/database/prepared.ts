import type { ClientBase } from "pg";
import type { Sequelize } from "sequelize";

/** A statement that PostgreSQL parses once per connection, under its name. List the columns: `*` changes with migrations. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type RunPrepared = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** The part of Sequelize's connection manager that its types leave out. */
interface ConnectionManager {
  getConnection(options: { readonly type: "read" | "write" }): Promise<ClientBase>;
  releaseConnection(connection: ClientBase): void;
  destroyConnection(connection: ClientBase): Promise<void>;
}

/**
 * Runs named statements on Sequelize's own connections: what hot reads need, since Sequelize 6 has PostgreSQL parse and plan
 * each query anew.
 */
export function preparedStatements(sequelize: Sequelize): RunPrepared {
  const { connectionManager } = sequelize as unknown as { readonly connectionManager: ConnectionManager };
  return async <Row>({ name, text }: Statement, values: readonly unknown[]): Promise<Row[]> => {
    const connection = await connectionManager.getConnection({ type: "write" });
    try {
      const { rows } = await connection.query({ name, text, values: [...values] });
      connectionManager.releaseConnection(connection);
      return rows as Row[];
    } catch (error) {
      // Whatever went wrong (a dead socket, a plan that a migration made invalid), the next one starts on a fresh one.
      // Not awaited: a dead socket may never confirm.
      connectionManager.destroyConnection(connection).catch(() => {});
      throw error;
    }
  };
}
