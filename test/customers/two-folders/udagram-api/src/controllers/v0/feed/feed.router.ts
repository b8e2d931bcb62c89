import { Router } from 'express';
import { FeedItem } from './models/FeedItem';

const router = Router();

router.get('/', async (req, res) => {
  const items = await FeedItem.findAndCountAll({ order: [['id', 'DESC']] });
  res.send(items);
});

router.post('/', async (req, res) => {
  const { caption, url } = req.body;
  if (!caption || !url) {
    return res.status(400).send({ message: 'Caption and url are required.' });
  }
  res.status(201).send(await FeedItem.create({ caption, url }));
});

export const FeedRouter = router;
