-- When the keys of a day's facts were packed; anew when more of that day came since.
ALTER TABLE fact_days ADD COLUMN packed timestamptz;
