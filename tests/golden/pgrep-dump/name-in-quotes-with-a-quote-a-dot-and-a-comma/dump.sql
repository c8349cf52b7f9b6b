CREATE TABLE public."a""b.c,d" ();
CREATE TABLE "a,b" ();
CREATE TABLE "A.b" ();
CREATE TABLE "A".b ();
