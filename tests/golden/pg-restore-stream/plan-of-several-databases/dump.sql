CREATE ROLE app;
CREATE DATABASE "my db" TEMPLATE template0;
\connect -reuse-previous=on "dbname='my db'"
CREATE TABLE public.t (a int);
\connect other
CREATE TABLE public.t (a int);
