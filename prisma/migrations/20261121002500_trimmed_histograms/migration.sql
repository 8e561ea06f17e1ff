-- Histograms begin with the first bucket that counts anything, which the array's lower bound tells: half of each was
-- noughts before it. Those that are stored stay as they are; both kinds add up.
CREATE OR REPLACE FUNCTION histogram_sum(a integer[], b integer[]) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  low integer := least(array_lower(a, 1), array_lower(b, 1));
  high integer := greatest(array_upper(a, 1), array_upper(b, 1));
  wider integer[] := a;
  other integer[] := b;
BEGIN
  IF array_lower(b, 1) = low AND array_upper(b, 1) = high THEN
    wider := b;
    other := a;
  ELSIF array_lower(a, 1) > low OR array_upper(a, 1) < high THEN
    wider := histogram_sum(array_fill(0, ARRAY[high - low + 1], ARRAY[low]), a);
  END IF;
  FOR place IN array_lower(other, 1) .. array_upper(other, 1) LOOP
    IF other[place] <> 0 THEN
      wider[place] := wider[place] + other[place];
    END IF;
  END LOOP;
  RETURN wider;
END
$$;
