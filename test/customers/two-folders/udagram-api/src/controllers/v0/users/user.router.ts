import * as bcrypt from 'bcryptjs';
import { Router } from 'express';
import { User } from './models/User';

const router = Router();

router.post('/auth', async (req, res) => {
  const { email, password } = req.body;
  if (!email || !password) {
    return res.status(400).send({ message: 'Email and password are required.' });
  }
  if (await User.findByPk(email)) {
    return res.status(422).send({ auth: false, message: 'User already exists.' });
  }
  const user = await User.create({ email, passwordHash: await bcrypt.hash(password, 10) });
  res.status(201).send({ user: { email: user.email } });
});

router.post('/auth/login', async (req, res) => {
  const user = await User.findByPk(req.body.email);
  if (!user || !(await bcrypt.compare(req.body.password, user.passwordHash))) {
    return res.status(401).send({ auth: false, message: 'Unauthorized' });
  }
  res.status(200).send({ auth: true, user: { email: user.email } });
});

export const UserRouter = router;
