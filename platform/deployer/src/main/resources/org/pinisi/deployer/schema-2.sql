-- Names on the internet that `pinisi domain add` has given to an app; a name belongs to one app.
CREATE TABLE domain (
  name     TEXT PRIMARY KEY,
  app      TEXT NOT NULL REFERENCES app(name),
  -- The domain of the same app to which whoever asks for this one is sent; NULL when the app answers.
  redirect TEXT,
  added    INTEGER NOT NULL
);
CREATE INDEX domain_by_app ON domain(app);
