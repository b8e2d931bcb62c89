// What the team of the first customer did to its generated files, and nothing else: `make-express-sequelize.ts` applies it.

interface Replacement {
  readonly from: string;
  readonly to: string;
}

/** Files that the team replaced parts of. */
export const replaced: Readonly<Record<string, readonly Replacement[]>> = {
  "api/package.json": [
    {
      from: '    "cookie-parser"',
      to: '    "bcrypt": "6.0.0",\n    "cookie-parser"',
    },
    {
      from: '    "pug": "2.0.0-beta11"\n  }',
      to: '    "pg": "8.23.1",\n    "pug": "2.0.0-beta11",\n    "sequelize": "6.37.8"\n  },\n  "devDependencies": {\n    "sequelize-cli": "6.6.5"\n  }',
    },
  ],
  "api/config/config.json": [
    {
      from: '  "production": {\n    "username": "root",\n    "password": null,\n    "database": "database_production",\n    "host": "127.0.0.1",\n    "dialect": "mysql"\n  }',
      to: '  "production": {\n    "use_env_variable": "DATABASE_URL",\n    "dialect": "postgres"\n  }',
    },
  ],
  "api/routes/users.js": [
    {
      from: "var express = require('express');\n",
      to: "var bcrypt = require('bcrypt');\nvar express = require('express');\nvar db = require('../models');\n",
    },
    {
      from: "module.exports = router;",
      to: [
        "/* Says whether compiled packages, models and their folder are there. */",
        "router.get('/self', function(req, res, next) {",
        "  bcrypt.hash('secret', 4)",
        "    .then(function(hash) { return bcrypt.compare('secret', hash); })",
        "    .then(function(same) { res.json({ bcrypt: same, models: Object.keys(db).slice(0, 1) }); })",
        "    .catch(next);",
        "});",
        "",
        "router.get('/tags', function(req, res, next) {",
        "  db.Tag.findAll({ order: ['id'] }).then(function(tags) { res.json(tags); }, next);",
        "});",
        "",
        "module.exports = router;",
      ].join("\n"),
    },
  ],
};

/** Files that the team wrote, or wrote anew. */
export const written: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify({ name: "tags", private: true, workspaces: ["api", "web"] }, null, 2)}\n`,
  ".gitignore": "node_modules/\ndist/\n",
  "web/src/App.jsx": `import { useEffect, useState } from 'react'

function App() {
  const [tags, setTags] = useState([])
  useEffect(() => {
    fetch('/users/tags').then((answer) => answer.json()).then(setTags)
  }, [])
  return <ul>{tags.map((tag) => <li key={tag.id}>{tag.name}</li>)}</ul>
}

export default App
`,
};

/** Files that the team deleted, or did not commit. */
export const deleted = [
  "api/.gitignore",
  "web/.gitignore",
  "web/README.md",
  "web/src/App.css",
  "web/src/assets",
];

/** The migration that sequelize-cli generated; its name has the time at which it did. */
export const migration = "api/migrations/20220129140530-create-tag.js";
