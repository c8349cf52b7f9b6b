CREATE TABLE public."a[31m	b" (i int);
CREATE TABLE "Groß".té (i int);
