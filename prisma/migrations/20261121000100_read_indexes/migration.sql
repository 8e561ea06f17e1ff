-- Small indexes for the timeline's way to the sessions before and after: only the few rows that name one.
CREATE INDEX requests_starts ON requests (id) WHERE starts;
CREATE INDEX session_events_previous ON session_events (previous_session) WHERE previous_session IS NOT NULL;

-- Clock offsets are measured on a range's events.
CREATE INDEX event_correlations_at ON event_correlations USING brin (at);
