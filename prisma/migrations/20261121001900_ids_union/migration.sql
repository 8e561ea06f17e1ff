-- The ids of both lists, each once, in order. A function, as a cluster takes no subquery where rows that exist are changed.
CREATE FUNCTION ids_union(a integer[], b integer[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT DISTINCT unnest(a || b) ORDER BY 1)
$$;
