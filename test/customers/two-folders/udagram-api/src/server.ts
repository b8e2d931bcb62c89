import 'reflect-metadata';
import cors from 'cors';
import express from 'express';
import { FeedRouter } from './controllers/v0/feed/feed.router';
import { FeedItem } from './controllers/v0/feed/models/FeedItem';
import { User } from './controllers/v0/users/models/User';
import { UserRouter } from './controllers/v0/users/user.router';
import { sequelize } from './sequelize';

(async () => {
  sequelize.addModels([FeedItem, User]);
  // The tables are whatever the models say.
  await sequelize.sync();

  const app = express();
  const port = 8080;
  app.use(cors());
  app.use(express.json());
  app.use('/api/v0/feed', FeedRouter);
  app.use('/api/v0/users', UserRouter);
  app.get('/', (req, res) => {
    res.send('/api/v0/');
  });
  app.listen(port, () => {
    console.log(`server running on port ${port}`);
  });
})();
