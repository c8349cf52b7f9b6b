DO $$
\echo in_dollar
$$;
