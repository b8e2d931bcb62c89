var bcrypt = require('bcrypt');
var express = require('express');
var db = require('../models');
var router = express.Router();

/* GET users listing. */
router.get('/', function(req, res, next) {
  res.send('respond with a resource');
});

/* Says whether compiled packages, models and their folder are there. */
router.get('/self', function(req, res, next) {
  bcrypt.hash('secret', 4)
    .then(function(hash) { return bcrypt.compare('secret', hash); })
    .then(function(same) { res.json({ bcrypt: same, models: Object.keys(db).slice(0, 1) }); })
    .catch(next);
});

router.get('/tags', function(req, res, next) {
  db.Tag.findAll({ order: ['id'] }).then(function(tags) { res.json(tags); }, next);
});

module.exports = router;
