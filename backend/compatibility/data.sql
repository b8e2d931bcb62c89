-- What is live, in small: one who posted, and a post. Only columns that every release has.
INSERT INTO "Users" (email, "passwordHash", "createdAt", "updatedAt") VALUES ('grace@example.org', 'none', '2026-01-01', '2026-01-01');
INSERT INTO "FeedItems" (caption, url, "createdAt", "updatedAt") VALUES ('A tower', 'tower.png', '2026-01-02', '2026-01-02');
