import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type ModelStatic,
  type Sequelize,
} from "sequelize";

export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare email: string;
  declare passwordHash: string;
  /** What the person wants to be called; null for those who did not say. */
  declare name: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}

export class FeedItem extends Model<InferAttributes<FeedItem>, InferCreationAttributes<FeedItem>> {
  declare id: CreationOptional<number>;
  declare caption: string;
  /** Key of the photo in the media bucket. */
  declare url: string;
  /** E-mail of who posted it; null for posts older than owners. */
  declare owner: string | null;
  /** Key of the small picture that stands for the photo in lists; null for none. */
  declare preview: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}

export class Upload extends Model<InferAttributes<Upload>, InferCreationAttributes<Upload>> {
  declare id: string;
  declare owner: string;
  /** Of the file, as the user's device calls it. */
  declare name: string;
  declare key: string;
  declare createdAt: CreationOptional<Date>;
  declare checkedAt: CreationOptional<Date | null>;
}

export interface Models {
  readonly users: ModelStatic<User>;
  readonly feedItems: ModelStatic<FeedItem>;
  readonly uploads: ModelStatic<Upload>;
}

/** Describes the tables that the migrations made. Each context has model classes of its own: `init` changes the class. */
export function defineModels(sequelize: Sequelize): Models {
  const users = class extends User {};
  const feedItems = class extends FeedItem {};
  const uploads = class extends Upload {};
  users.init(
    {
      email: { type: DataTypes.STRING(255), primaryKey: true },
      passwordHash: DataTypes.STRING(255),
      name: DataTypes.STRING(255),
      createdAt: DataTypes.DATE,
      updatedAt: DataTypes.DATE,
    },
    { sequelize, modelName: "User", tableName: "Users" },
  );
  feedItems.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      caption: DataTypes.STRING(255),
      url: DataTypes.STRING(255),
      owner: DataTypes.STRING(255),
      preview: DataTypes.STRING(255),
      createdAt: DataTypes.DATE,
      updatedAt: DataTypes.DATE,
    },
    { sequelize, modelName: "FeedItem", tableName: "FeedItems" },
  );
  uploads.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      owner: DataTypes.STRING(255),
      name: DataTypes.STRING(255),
      key: DataTypes.STRING(255),
      createdAt: DataTypes.DATE,
      checkedAt: DataTypes.DATE,
    },
    { sequelize, modelName: "Upload", tableName: "Uploads", updatedAt: false },
  );
  return { users, feedItems, uploads };
}
