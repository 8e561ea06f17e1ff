-- Nearly every session has one node and one balancer: these stand in `node` and `lb`, without a list and its header of 21
-- bytes. `nodes` and `lbs` are for several, and NULL else; rows that are stored keep their lists until they change.
ALTER TABLE sessions ADD COLUMN node integer;
ALTER TABLE sessions ADD COLUMN lb integer;
ALTER TABLE sessions ALTER COLUMN nodes DROP DEFAULT;
ALTER TABLE sessions ALTER COLUMN nodes DROP NOT NULL;
ALTER TABLE sessions ALTER COLUMN lbs DROP DEFAULT;
ALTER TABLE sessions ALTER COLUMN lbs DROP NOT NULL;
