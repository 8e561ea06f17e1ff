-- When a day's facts of sessions to which nothing happened were taken away; anew when more of that day came since.
ALTER TABLE fact_days ADD COLUMN thinned timestamptz;
