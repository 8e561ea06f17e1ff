-- Which alerts a channel is told of, and when it is left in peace.
ALTER TABLE "alert_channels" ADD COLUMN "route" JSONB, ADD COLUMN "quiet_hours" JSONB;

-- Until when a word is held back for quiet hours.
ALTER TABLE "alert_notifications" ADD COLUMN "held_until" TIMESTAMPTZ(6);

CREATE INDEX "alert_notifications_channel" ON "alert_notifications" ("channel", "id");
