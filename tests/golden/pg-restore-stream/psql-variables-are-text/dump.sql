CREATE TABLE public.t ( a integer[], "USER" integer, "HOST" integer,
    g integer[] GENERATED ALWAYS AS (a[1:"HOST"]) STORED,
    CONSTRAINT t_check CHECK ((a[1:"USER"] IS NOT NULL)));
