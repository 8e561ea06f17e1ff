-- What people wrote at a moment of a session.
CREATE TABLE "annotations" (
  "id" TEXT NOT NULL,
  "session" UUID NOT NULL,
  "at" TIMESTAMPTZ(6) NOT NULL,
  "text" TEXT NOT NULL,
  "author" TEXT,
  "created_at" TIMESTAMPTZ(6) NOT NULL,
  "edited_at" TIMESTAMPTZ(6),
  CONSTRAINT "annotations_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "annotations_session" ON "annotations" ("session", "at");
