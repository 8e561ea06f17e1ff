-- Rules, alerts, silences and channels (Prisma); what is to be sent is an outbox and its log at once.

CREATE TABLE "alert_rules" (
  "id" TEXT NOT NULL,
  "place" INTEGER NOT NULL,
  "body" JSONB NOT NULL,
  "updated_at" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alerts" (
  "id" TEXT NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "pool" TEXT,
  "subject" TEXT NOT NULL,
  "cause" TEXT,
  "title" TEXT NOT NULL,
  "severity" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "since" TIMESTAMPTZ(6) NOT NULL,
  "fired_at" TIMESTAMPTZ(6),
  "ended_at" TIMESTAMPTZ(6),
  "acknowledged_at" TIMESTAMPTZ(6),
  "acknowledged_by" TEXT,
  "closed_by_hand" BOOLEAN NOT NULL DEFAULT false,
  "corrected" BOOLEAN NOT NULL DEFAULT false,
  "announced" TEXT NOT NULL DEFAULT 'nothing',
  "rules" JSONB NOT NULL,
  "channels" JSONB,
  "content" JSONB,
  "history" JSONB NOT NULL DEFAULT '[]',
  "created_at" TIMESTAMPTZ(6) NOT NULL,
  "updated_at" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "alerts_since" ON "alerts" ("since");
CREATE INDEX "alerts_open" ON "alerts" ("state") WHERE "state" <> 'resolved';

-- One row for each word to each channel: waiting, sent or given up; kept as the log of deliveries.
CREATE TABLE "alert_notifications" (
  "id" BIGSERIAL NOT NULL,
  "alert_id" TEXT NOT NULL,
  "channel" TEXT NOT NULL,
  "word" TEXT NOT NULL,
  -- Which telling of the alert this is: what fires again is told again.
  "turn" INTEGER NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'waiting',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "next_at" TIMESTAMPTZ(6) NOT NULL,
  "created_at" TIMESTAMPTZ(6) NOT NULL,
  "sent_at" TIMESTAMPTZ(6),
  "answer" TEXT,
  "payload" JSONB NOT NULL,
  CONSTRAINT "alert_notifications_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "alert_notifications_alert" FOREIGN KEY ("alert_id") REFERENCES "alerts" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "alert_notifications_once" ON "alert_notifications" ("alert_id", "channel", "turn");
CREATE INDEX "alert_notifications_waiting" ON "alert_notifications" ("next_at") WHERE "state" = 'waiting';

CREATE TABLE "alert_silences" (
  "id" TEXT NOT NULL,
  "from_at" TIMESTAMPTZ(6) NOT NULL,
  "until_at" TIMESTAMPTZ(6) NOT NULL,
  "pool" TEXT,
  "subject" TEXT,
  "rule" TEXT,
  "severity" TEXT,
  "reason" TEXT,
  "author" TEXT,
  "created_at" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT "alert_silences_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alert_channels" (
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "severities" JSONB,
  "settings" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(6) NOT NULL,
  "updated_at" TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT "alert_channels_pkey" PRIMARY KEY ("name")
);

-- How far each pool was looked at, and from when on it must be looked at again.
CREATE TABLE alert_clocks (
  pool integer PRIMARY KEY,
  looked_to timestamptz,
  dirty_from timestamptz
);
