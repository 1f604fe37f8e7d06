-- What the deployer remembers. Times are milliseconds since 1970 (UTC); lists and maps are JSON.

CREATE TABLE app (
  name        TEXT PRIMARY KEY,
  created     INTEGER NOT NULL,
  -- The release that serves; set after the edge has switched to it.
  live        INTEGER,
  -- What should serve: the head run, or a release that somebody chose.
  wanted_run  INTEGER,
  pinned      INTEGER,
  -- Raised by every change of environment or secrets and by a redeploy, so that a new release is made.
  generation  INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE release (
  app      TEXT NOT NULL REFERENCES app(name),
  number   INTEGER NOT NULL,
  identity TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  branch   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  image    TEXT NOT NULL,
  start    TEXT NOT NULL,
  settings TEXT NOT NULL,
  secrets  TEXT NOT NULL,
  summary  TEXT NOT NULL,
  created  INTEGER NOT NULL,
  PRIMARY KEY (app, number),
  UNIQUE (app, identity)
);

CREATE TABLE run (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  app     TEXT NOT NULL REFERENCES app(name),
  branch  TEXT NOT NULL,
  deploys INTEGER NOT NULL,
  commit_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  cause   TEXT NOT NULL,
  by      TEXT NOT NULL,
  state   TEXT NOT NULL,
  message TEXT NOT NULL,
  release INTEGER,
  started INTEGER NOT NULL,
  ended   INTEGER,
  graph   TEXT
);
CREATE INDEX run_by_app ON run(app, id);
CREATE INDEX run_open ON run(id) WHERE ended IS NULL;

CREATE TABLE step (
  run      INTEGER NOT NULL REFERENCES run(id),
  position INTEGER NOT NULL,
  name     TEXT NOT NULL,
  state    TEXT NOT NULL,
  detail   TEXT NOT NULL,
  job      TEXT,
  started  INTEGER NOT NULL,
  ended    INTEGER,
  PRIMARY KEY (run, position)
);

-- Environment and secrets set by command; a secret's value is sealed.
CREATE TABLE setting (
  app    TEXT NOT NULL REFERENCES app(name),
  name   TEXT NOT NULL,
  secret INTEGER NOT NULL,
  value  TEXT NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (app, name)
);
