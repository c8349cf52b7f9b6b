--
-- PostgreSQL database dump
--

\restrict Fx9aR2kQ7mZ0cVbN5sTyUiOpLkJhGfDs1A3eW4qXz6vB8nMrE2tY5uI7oP9aSdF

SET statement_timeout = 0;
LISTEN probe;

\unrestrict Fx9aR2kQ7mZ0cVbN5sTyUiOpLkJhGfDs1A3eW4qXz6vB8nMrE2tY5uI7oP9aSdF

