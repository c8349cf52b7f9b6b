ALTER TABLE public.old_app OWNER TO old_app;
GRANT SELECT ON TABLE public.old_app TO old_app, reader;
COMMENT ON TABLE public.old_app IS 'belongs to old_app';
